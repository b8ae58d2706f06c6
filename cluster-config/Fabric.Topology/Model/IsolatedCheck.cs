namespace Fabric.Topology;

/// <summary>No frame of one of these overlays (at least two) reaches a VM of another.</summary>
public sealed record IsolatedCheck : ValidationCheck
{
    public required IReadOnlyList<string> Overlays { get; init; }
}
