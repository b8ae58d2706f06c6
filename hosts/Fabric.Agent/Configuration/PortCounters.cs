namespace Fabric.Agent.Configuration;

/// <summary>What a port of the datapath has counted, wherever the frames were forwarded.</summary>
public readonly record struct PortCounters(
    long RxPackets, long RxBytes, long RxDropped, long TxPackets, long TxBytes, long TxDropped, bool IsUp = true)
{
    /// <summary>Two places that count different frames of one port.</summary>
    public PortCounters Plus(PortCounters other) => new(
        RxPackets + other.RxPackets, RxBytes + other.RxBytes, RxDropped + other.RxDropped, TxPackets + other.TxPackets,
        TxBytes + other.TxBytes, TxDropped + other.TxDropped, IsUp && other.IsUp);
}
