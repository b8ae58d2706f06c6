using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>What the agent knows of a flow that it put into the datapath (OVS: <c>struct udpif_key</c>).</summary>
public sealed class InstalledFlow
{
    public required FlowMatch Match { get; init; }

    public required Ufid Ufid { get; init; }

    /// <summary>As they are in the datapath.</summary>
    public required DatapathActions Actions { get; set; }

    public required XlateCache Cache { get; set; }

    public required long CreatedMs { get; init; }

    public FlowState State { get; internal set; }

    /// <summary>Totals credited so far.</summary>
    public long Packets { get; internal set; }

    public long Bytes { get; internal set; }

    /// <summary>0 when the datapath never reported a hit.</summary>
    public long UsedMs { get; internal set; }

    /// <summary>Version of the configuration that the actions were computed from.</summary>
    internal long Version { get; set; }

    internal long PutMs { get; set; }

    /// <summary>Number of the last sweep whose dump had it.</summary>
    internal long SeenInSweep { get; set; }
}
