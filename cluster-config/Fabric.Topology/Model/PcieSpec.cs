namespace Fabric.Topology;

/// <summary>The channel between host and NIC (<c>pcie:</c> of a NIC).</summary>
public sealed record PcieSpec
{
    /// <summary>One way of a control message; kept to the nearest millisecond.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Flows that the card writes in a second; 0 is as many as come.</summary>
    public int InsertionRate { get; init; }

    /// <summary>Places of each ring: frames per direction, and requests that the card has yet to do.</summary>
    public int Ring { get; init; } = 4_096;

    /// <summary>The card reports statistics this often without being asked; zero is never.</summary>
    public TimeSpan StatsPush { get; init; }
}
