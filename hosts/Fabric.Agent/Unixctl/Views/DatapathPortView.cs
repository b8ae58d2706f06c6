using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>A port of a datapath.</summary>
/// <param name="Type">OVS's netdev type, such as <c>system</c>, <c>internal</c>, <c>vxlan</c>, <c>dummy</c>.</param>
public sealed record DatapathPortView(OdpPort Number, string Name, string Type)
{
    /// <summary>Configuration as <c>dpctl/show</c> prints it, sorted by key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    public long RxPackets { get; init; }
    public long RxBytes { get; init; }
    public long TxPackets { get; init; }
    public long TxBytes { get; init; }

    /// <summary>Null where the device does not count; printed as a question mark.</summary>
    public long? RxErrors { get; init; }
    public long? RxDropped { get; init; }
    public long? TxErrors { get; init; }
    public long? TxDropped { get; init; }
    public long? RxOverruns { get; init; }
    public long? RxFrameErrors { get; init; }
    public long? TxAborted { get; init; }
    public long? TxCarrierErrors { get; init; }
    public long? Collisions { get; init; }

    /// <summary>Of a port with a shaper.</summary>
    public IReadOnlyList<QueueStatistics> Queues { get; init; } = [];
}
