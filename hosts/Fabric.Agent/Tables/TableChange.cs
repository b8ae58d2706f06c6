namespace Fabric.Agent;

/// <summary>What a table_mod asks of a table; null leaves a thing as it is.</summary>
public sealed record TableChange
{
    /// <summary>The only eviction flags there are: other, importance and lifetime (OpenFlow 1.4 <c>OFPTMPEF14_*</c>).</summary>
    public const uint SupportedEvictionFlags = 7;

    public TableMiss? Miss { get; init; }

    public bool? HasEviction { get; init; }

    public uint? EvictionFlags { get; init; }

    public bool? HasVacancyEvents { get; init; }

    /// <summary>Percent of the table that is free.</summary>
    public byte VacancyDown { get; init; }

    /// <inheritdoc cref="VacancyDown"/>
    public byte VacancyUp { get; init; }
}
