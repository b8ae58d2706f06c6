using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Who was seen where, per VLAN (OVS: <c>lib/mac-learning.c</c>). Bounded: at the limit the entry unused for longest makes room.
/// <see cref="Version"/> grows when an answer changes, not when an entry is merely refreshed.
/// </summary>
public sealed class MacTable(int maxEntries = MacTable.DefaultMaxEntries, long ageingMs = MacTable.DefaultAgeingMs)
{
    public const int DefaultMaxEntries = 8192;
    public const long DefaultAgeingMs = 300_000;

    /// <summary>OVS <c>MAC_GRAT_ARP_LOCK_TIME</c>.</summary>
    public const long GratuitousArpLockMs = 5_000;

    private readonly Dictionary<(ushort Vlan, ulong Mac), LinkedListNode<MacEntry>> _entries = [];

    /// <summary>Least recently used first, so ageing looks at the front only. Static entries are not in it.</summary>
    private readonly LinkedList<MacEntry> _byUse = [];
    private readonly LinkedList<MacEntry> _static = [];
    private MacTableStatistics _statistics;
    private VlanSet? _floodVlans;

    public int MaxEntries { get; private set; } = maxEntries;

    public long AgeingMs { get; private set; } = ageingMs;

    public long Version { get; private set; }

    public int Count => _entries.Count;

    public int StaticCount => _static.Count;

    public MacTableStatistics Statistics => _statistics;

    /// <summary>Entries, those put by hand last.</summary>
    public IEnumerable<MacEntry> Entries => _byUse.Concat(_static);

    /// <summary>VLANs in which nothing is learned; null is none.</summary>
    public VlanSet? FloodVlans
    {
        get => _floodVlans;
        set
        {
            if (Equals(_floodVlans, value)) return;
            _floodVlans = value;
            foreach (var entry in Entries.Where(e => IsFlooded(e.Vlan)).ToArray()) Remove(_entries[(entry.Vlan, entry.Mac.Value)]);
            Version++;
        }
    }

    /// <summary>What does not fit or is too old by the new limits goes.</summary>
    public void Configure(int maxEntries, long ageingMs)
    {
        (MaxEntries, AgeingMs) = (Math.Max(1, maxEntries), ageingMs);
        while (_entries.Count > MaxEntries && _byUse.First is { } oldest) Evict(oldest);
    }

    /// <summary>Learns or refreshes. False when nothing is to be learned from a group address.</summary>
    public bool Learn(ushort vlan, MacAddress mac, OfpPort port, long nowMs) => Learn(new MacLesson(vlan, mac, port), nowMs);

    /// <inheritdoc cref="Learn(ushort, MacAddress, OfpPort, long)"/>
    internal bool Learn(in MacLesson lesson, long nowMs)
    {
        if (lesson.Mac.IsMulticast || IsFlooded(lesson.Vlan)) return false;
        if (!_entries.TryGetValue((lesson.Vlan, lesson.Mac.Value), out var node))
        {
            if (_entries.Count >= MaxEntries)
            {
                if (_byUse.First is not { } oldest) return false;
                Evict(oldest);
            }

            Add(new MacEntry(lesson.Vlan, lesson.Mac, lesson.Port, nowMs) { LockedUntilMs = LockOf(in lesson, long.MinValue, nowMs) });
            _statistics = _statistics with { Learned = _statistics.Learned + 1 };
            return true;
        }

        var entry = node.Value;
        if (entry.IsStatic)
        {
            if (entry.Port != lesson.Port) _statistics = _statistics with { StaticElsewhere = _statistics.StaticElsewhere + 1 };
            return false;
        }

        // Our own gratuitous ARP, sent back by the other end of a bond, must not undo what it told.
        var isReflection = lesson is { IsGratuitousArp: true, IsFromBond: true } && nowMs < entry.LockedUntilMs;
        var port = isReflection ? entry.Port : lesson.Port;
        if (entry.Port != port)
        {
            Version++;
            _statistics = _statistics with { Moved = _statistics.Moved + 1 };
        }

        _byUse.Remove(node);
        node.Value = entry with
        {
            Port = port, UsedMs = Math.Max(entry.UsedMs, nowMs), LockedUntilMs = LockOf(in lesson, entry.LockedUntilMs, nowMs),
        };
        Append(node);
        return true;
    }

    /// <summary>Whether <see cref="Learn(in MacLesson, long)"/> would change where an address is.</summary>
    internal bool Teaches(in MacLesson lesson) =>
        !lesson.Mac.IsMulticast && !IsFlooded(lesson.Vlan)
        && (Find(lesson.Vlan, lesson.Mac) is not { } known || (!known.IsStatic && known.Port != lesson.Port));

    public OfpPort? Lookup(ushort vlan, MacAddress mac) => Find(vlan, mac)?.Port;

    /// <summary>The entry that decides where frames for this address go.</summary>
    public MacEntry? Find(ushort vlan, MacAddress mac) =>
        !mac.IsMulticast && _entries.TryGetValue((vlan, mac.Value), out var node) ? node.Value : null;

    /// <summary>Refreshes an entry for packets seen at <paramref name="usedMs"/>; never brings one back or moves it.</summary>
    public void Touch(ushort vlan, MacAddress mac, OfpPort port, long usedMs)
    {
        if (!_entries.TryGetValue((vlan, mac.Value), out var node)) return;
        if (node.Value.IsStatic || node.Value.Port != port || node.Value.UsedMs >= usedMs) return;
        _byUse.Remove(node);
        node.Value = node.Value with { UsedMs = usedMs };
        Append(node);
    }

    /// <summary>Puts an entry that stays until it is deleted (<c>fdb/add</c>); one that was learned becomes it.</summary>
    public void AddStatic(ushort vlan, MacAddress mac, OfpPort port, long nowMs)
    {
        if (_entries.TryGetValue((vlan, mac.Value), out var known))
        {
            if (known.Value.IsStatic && known.Value.Port == port) return;
            Remove(known);
        }

        Add(new MacEntry(vlan, mac, port, nowMs, IsStatic: true));
    }

    /// <summary>Forgets an address, learned or static (<c>fdb/del</c>); false when there is none.</summary>
    public bool Delete(ushort vlan, MacAddress mac)
    {
        if (!_entries.TryGetValue((vlan, mac.Value), out var node)) return false;
        Remove(node);
        return true;
    }

    public void Expire(long nowMs)
    {
        while (_byUse.First is { } oldest && nowMs - oldest.Value.UsedMs >= AgeingMs)
        {
            Remove(oldest);
            _statistics = _statistics with { Expired = _statistics.Expired + 1 };
        }
    }

    /// <summary>Forgets what was learned on a port that is gone.</summary>
    public void RemovePort(OfpPort port)
    {
        foreach (var entry in Entries.Where(e => e.Port == port).ToArray()) Remove(_entries[(entry.Vlan, entry.Mac.Value)]);
    }

    /// <summary>Forgets everything learned (<c>fdb/flush</c>); static entries stay.</summary>
    public void Flush()
    {
        while (_byUse.First is { } entry) Remove(entry);
    }

    public void Clear()
    {
        if (_entries.Count > 0) Version++;
        _entries.Clear();
        _byUse.Clear();
        _static.Clear();
    }

    public void ClearStatistics() => _statistics = default;

    private bool IsFlooded(ushort vlan) => _floodVlans is { } vlans && vlans.Contains(vlan);

    private static long LockOf(in MacLesson lesson, long current, long nowMs) =>
        lesson is { IsGratuitousArp: true, IsFromBond: false } ? nowMs + GratuitousArpLockMs : current;

    private void Add(MacEntry entry)
    {
        var node = new LinkedListNode<MacEntry>(entry);
        _entries.Add((entry.Vlan, entry.Mac.Value), node);
        if (entry.IsStatic) _static.AddLast(node);
        else Append(node);
        Version++;
    }

    /// <summary>Keeps the list sorted by use: credit may arrive late and out of order.</summary>
    private void Append(LinkedListNode<MacEntry> node)
    {
        var after = _byUse.Last;
        while (after is not null && after.Value.UsedMs > node.Value.UsedMs) after = after.Previous;
        if (after is null) _byUse.AddFirst(node);
        else _byUse.AddAfter(after, node);
    }

    private void Evict(LinkedListNode<MacEntry> node)
    {
        Remove(node);
        _statistics = _statistics with { Evicted = _statistics.Evicted + 1 };
    }

    private void Remove(LinkedListNode<MacEntry> node)
    {
        _entries.Remove((node.Value.Vlan, node.Value.Mac.Value));
        node.List!.Remove(node);
        Version++;
    }
}
