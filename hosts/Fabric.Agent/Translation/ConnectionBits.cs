namespace Fabric.Agent;

/// <summary>Bits of <c>ct_state</c> (OVS: <c>CS_*</c>).</summary>
internal static class ConnectionBits
{
    public const uint All = 0xff;
    public const uint New = 0x01;
    public const uint Established = 0x02;
    public const uint Reply = 0x08;
    public const uint Tracked = 0x20;

    /// <summary>One of these is set in every packet of a valid connection.</summary>
    public const uint Valid = New | Established | Reply;
}
