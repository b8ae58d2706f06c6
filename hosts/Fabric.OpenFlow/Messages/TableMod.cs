namespace Fabric.OpenFlow;

/// <summary>A request to configure a table (OVS: <c>ofputil_table_mod</c>); null leaves a setting as it is.</summary>
/// <param name="Table">255 is all.</param>
public sealed record TableMod(byte Table)
{
    /// <summary>OpenFlow 1.1 and 1.2.</summary>
    public TableMissBehaviour Miss { get; init; }

    /// <summary>OpenFlow 1.4 and later.</summary>
    public bool? Evicts { get; init; }

    /// <summary>OpenFlow 1.4: <c>OFPTMPEF14_*</c>; null when the request did not carry them.</summary>
    public uint? EvictionFlags { get; init; }

    /// <summary>OpenFlow 1.4 and later.</summary>
    public bool? SendsVacancyEvents { get; init; }
    public TableVacancy Vacancy { get; init; }
}
