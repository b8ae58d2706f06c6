using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What a row of Flow_Table says about a table.</summary>
public sealed record TableSettings
{
    public static TableSettings Default { get; } = new();

    /// <summary>At most 32 bytes; null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>Null is no limit.</summary>
    public uint? FlowLimit { get; init; }

    /// <summary><c>overflow_policy=evict</c>; else a rule too many is refused.</summary>
    public bool EvictsOnOverflow { get; init; }

    /// <summary>Fields by which rules share the table: eviction takes from the largest group.</summary>
    public IReadOnlyList<FieldBits> Groups { get; init; } = [];

    /// <summary>Fields with tries of prefixes (<see cref="Classifier.PrefixFields"/>).</summary>
    public IReadOnlyList<OpenFlowField> Prefixes { get; init; } = [OpenFlowFields.NwDestination, OpenFlowFields.NwSource];
}
