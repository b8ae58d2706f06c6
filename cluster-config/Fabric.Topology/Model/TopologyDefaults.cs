namespace Fabric.Topology;

/// <summary>What a server is that says nothing else (<c>defaults:</c>). Already applied to every <see cref="ServerSpec"/>.</summary>
public sealed record TopologyDefaults
{
    public DatapathKind Datapath { get; init; } = DatapathKind.Kernel;
    public OffloadMode Offload { get; init; } = OffloadMode.Transparent;
    public DurabilityMode Durability { get; init; } = DurabilityMode.Batch;
}
