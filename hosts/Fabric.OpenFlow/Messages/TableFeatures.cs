namespace Fabric.OpenFlow;

/// <summary>What a table can (OpenFlow 1.3 <c>ofp13_table_features</c>; OVS: <c>ofputil_table_features</c>).</summary>
/// <param name="Name">At most 31 bytes.</param>
public sealed record TableFeatures(byte Table, string Name)
{
    /// <summary>In a request of OpenFlow 1.5, in its first entry: 0 replace, 1 modify, 2 enable, 3 disable.</summary>
    public byte Command { get; init; }
    public ulong MetadataMatch { get; init; } = ulong.MaxValue;
    public ulong MetadataWrite { get; init; } = ulong.MaxValue;
    public uint MaxEntries { get; init; }

    /// <summary>A request without any changes no property.</summary>
    public bool HasProperties { get; init; } = true;

    /// <summary>OpenFlow 1.1 and 1.2, in table statistics.</summary>
    public TableMissBehaviour Miss { get; init; }

    /// <summary>OpenFlow 1.4 and later.</summary>
    public bool SupportsEviction { get; init; }

    /// <inheritdoc cref="SupportsEviction"/>
    public bool SupportsVacancyEvents { get; init; }

    /// <summary>For rules with a priority.</summary>
    public TableInstructionFeatures Rules { get; init; } = TableInstructionFeatures.None;

    /// <summary>For the rule that catches what no other does.</summary>
    public TableInstructionFeatures MissRule { get; init; } = TableInstructionFeatures.None;

    public FieldSet Match { get; init; } = FieldSet.None;

    /// <summary>Those of <see cref="Match"/> that a rule may leave out.</summary>
    public FieldSet Wildcard { get; init; } = FieldSet.None;

    /// <summary>Those of <see cref="Match"/> that a rule may mask bit by bit.</summary>
    public FieldSet Mask { get; init; } = FieldSet.None;
}
