namespace Fabric.Datapath;

/// <summary>What a packet is to the connection it belongs to (OVS: <c>enum ct_update_res</c>).</summary>
internal enum UpdateResult : byte
{
    Invalid,
    Valid,

    /// <summary>The connection is over, and this begins another with the same addresses and ports.</summary>
    BeginsAnew,

    /// <summary>Valid, and the connection is not established yet.</summary>
    ValidNew,
}
