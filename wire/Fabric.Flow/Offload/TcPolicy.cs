namespace Fabric.Flow;

/// <summary>Where flows are put that a NIC might execute (ovs-vswitchd.conf.db(5), <c>other_config:tc-policy</c>).</summary>
public enum TcPolicy : byte
{
    /// <summary>On the host and on the NIC.</summary>
    None,

    /// <summary>What the NIC takes is on the NIC alone: of such a flow, a packet that reaches the host asks the agent.</summary>
    SkipSw,

    /// <summary>On the host alone.</summary>
    SkipHw,
}
