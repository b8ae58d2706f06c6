using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>A constant-rate load of UDP datagrams over distinct 5-tuples. Generator and checker are given the same one.</summary>
public sealed record TrafficOptions
{
    /// <summary>Source ports used per destination port: 32768 and up.</summary>
    public const int SourcePorts = 32_768;
    public const int MinPayloadSize = TrafficPayload.HeadSize;
    public const int MaxFlows = 1 << 20;

    public required IpAddress Destination { get; init; }

    /// <summary>First destination port; one more for each further 32,768 flows.</summary>
    public ushort DestinationPort { get; init; } = 9000;

    /// <summary>Distinct 5-tuples, visited in turn; 1 to <see cref="MaxFlows"/>.</summary>
    public int FlowCount { get; init; } = 1;

    /// <summary>UDP payload, bytes; at least <see cref="MinPayloadSize"/> (a 60-byte frame) and at most what fits the MTU.</summary>
    public int PayloadSize { get; init; } = MinPayloadSize;

    /// <summary>0: none by time, only what <see cref="TrafficGenerator.Emit"/> is asked for.</summary>
    public int PacketsPerSecond { get; init; } = 1000;

    /// <summary>Datagrams in all; 0 goes on until stopped.</summary>
    public long Count { get; init; }

    /// <summary>Most datagrams in one tick; what a late tick owes beyond it is skipped and counted.</summary>
    public int MaxBurst { get; init; } = 512;

    public uint RunId { get; init; } = 1;

    internal int DestinationPorts => (FlowCount + SourcePorts - 1) / SourcePorts;
}
