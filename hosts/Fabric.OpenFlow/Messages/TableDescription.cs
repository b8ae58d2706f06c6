namespace Fabric.OpenFlow;

/// <summary>How a table is configured (OpenFlow 1.4 <c>ofp14_table_desc</c>).</summary>
public sealed record TableDescription(byte Table)
{
    /// <summary>Null only where a version cannot tell.</summary>
    public bool? Evicts { get; init; }

    /// <summary>What eviction looks at (<c>OFPTMPEF14_*</c>); null leaves the property out.</summary>
    public uint? EvictionFlags { get; init; }

    /// <inheritdoc cref="Evicts"/>
    public bool? SendsVacancyEvents { get; init; }
    public TableVacancy Vacancy { get; init; }
}
