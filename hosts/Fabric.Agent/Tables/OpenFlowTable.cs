using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>One table of a bridge: its rules, its limits and its counters (OVS: <c>struct oftable</c>).</summary>
public sealed class OpenFlowTable
{
    private readonly Random _random;
    private EvictionGroups? _eviction;

    internal OpenFlowTable(byte id, Random random) => (Id, _random) = (id, random);

    public byte Id { get; }

    public TableSettings Settings { get; private set; } = TableSettings.Default;

    /// <summary>Of rules that controllers made.</summary>
    public int Count => Classifier.Count - HiddenCount;

    /// <summary>Packets that a rule matched, and those that none did.</summary>
    public long MatchedCount { get; private set; }

    /// <inheritdoc cref="MatchedCount"/>
    public long MissedCount { get; private set; }

    public TableMiss Miss { get; private set; }

    /// <summary>Did a controller switch eviction on (OpenFlow 1.4)?</summary>
    public bool HasControllerEviction { get; private set; }

    public bool HasEviction => HasControllerEviction || Settings.EvictsOnOverflow;

    /// <summary>Percent free below and above which a controller is told; 0 and false while it did not ask.</summary>
    public byte VacancyDown { get; private set; }

    /// <inheritdoc cref="VacancyDown"/>
    public byte VacancyUp { get; private set; }

    public bool HasVacancyEvents => _waitsForDown is not null;

    /// <summary>Percent of the table that is free (OVS: <c>oftable_vacancy</c>).</summary>
    public byte Vacancy
    {
        get
        {
            var limit = Settings.FlowLimit ?? uint.MaxValue;
            return Count >= limit ? (byte)0 : (byte)((limit - Count) * 100 / limit);
        }
    }

    internal Classifier Classifier { get; } = new();

    /// <summary>Rules of the switch's own.</summary>
    internal int HiddenCount { get; set; }

    internal bool IsFull => Settings.FlowLimit is { } limit && Count >= limit;

    /// <summary>Which of the two thresholds tells next; null when none.</summary>
    private bool? _waitsForDown;

    /// <summary>Credits lookups that packets made.</summary>
    public void Credit(long matched, long missed)
    {
        MatchedCount += matched;
        MissedCount += missed;
    }

    internal void Configure(TableSettings settings)
    {
        var isChanged = settings.EvictsOnOverflow != Settings.EvictsOnOverflow || !settings.Groups.SequenceEqual(Settings.Groups);
        Settings = settings;
        Classifier.PrefixFields = settings.Prefixes;
        if (isChanged) RemakeEviction();
    }

    internal void Change(TableChange change)
    {
        Miss = change.Miss ?? Miss;
        if (change.HasEviction is { } eviction && eviction != HasControllerEviction)
        {
            HasControllerEviction = eviction;
            RemakeEviction();
        }

        if (change.HasVacancyEvents is not { } vacancyEvents) return;
        (VacancyDown, VacancyUp) = (change.VacancyDown, change.VacancyUp);
        if (!vacancyEvents) _waitsForDown = null;
        else _waitsForDown ??= Vacancy >= VacancyUp;
    }

    /// <summary>Has a threshold been passed that the controller waits for (OVS: <c>send_table_status</c>)? True for "down".</summary>
    internal bool? TakeVacancyEvent()
    {
        if (_waitsForDown is not { } waitsForDown) return null;
        bool? passed = Vacancy < VacancyDown ? true : Vacancy > VacancyUp ? false : null;
        if (passed != waitsForDown) return null;
        _waitsForDown = !waitsForDown;
        return passed;
    }

    internal OpenFlowRule? ChooseToEvict() => _eviction?.Choose();

    internal void Entered(OpenFlowRule rule) => _eviction?.Add(rule);

    internal void Left(OpenFlowRule rule) => _eviction?.Remove(rule);

    internal void RefreshEviction() => _eviction?.Refresh();

    private void RemakeEviction()
    {
        _eviction?.Clear();
        _eviction = HasEviction ? new EvictionGroups(Settings.Groups, _random) : null;
        if (_eviction is null) return;
        foreach (var rule in Classifier.Rules) _eviction.Add(rule);
    }
}
