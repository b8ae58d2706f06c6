namespace Fabric.Topology;

/// <summary>
/// The share (0 to 1) of the kernel datapath's flows that the NIC executes compares as said on each matching server.
/// </summary>
public sealed record OffloadedCheck : ValidationCheck
{
    /// <summary>A server's name, or a pattern with <c>*</c>; see <see cref="NamePattern"/>.</summary>
    public required string Server { get; init; }

    public required Comparison Share { get; init; }
}
