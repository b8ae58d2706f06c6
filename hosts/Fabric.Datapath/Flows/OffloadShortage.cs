namespace Fabric.Datapath;

/// <summary>What a NIC that would take a flow has none left of. Unlike other refusals, this one may not hold for long.</summary>
public enum OffloadShortage : byte
{
    /// <summary>None: the flow is taken, or is refused for what it is.</summary>
    None,
    Rules,
    StatisticsContexts,
    Masks,

    /// <summary>Places in the host's own queue to the NIC.</summary>
    Queue,

    /// <summary>The flow had its place and lost it to a busier one.</summary>
    Busier,
}
