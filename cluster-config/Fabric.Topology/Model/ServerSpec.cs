using System.Net;

namespace Fabric.Topology;

/// <summary>One emulated server, with every default filled in.</summary>
public sealed record ServerSpec
{
    public required string Name { get; init; }

    /// <summary>Empty when the file names no rack.</summary>
    public string Rack { get; init; } = "";

    /// <summary>Name of its <see cref="NicSpec"/>.</summary>
    public required string Nic { get; init; }

    /// <summary>IPv4 address of its tunnel end point, unique in the fabric.</summary>
    public required IPAddress Vtep { get; init; }

    public DatapathKind Datapath { get; init; } = DatapathKind.Kernel;
    public OffloadMode Offload { get; init; } = OffloadMode.Transparent;
    public DurabilityMode Durability { get; init; } = DurabilityMode.Batch;
}
