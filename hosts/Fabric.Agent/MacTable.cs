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

    private readonly Dictionary<(ushort Vlan, ulong Mac), LinkedListNode<MacEntry>> _entries = [];

    /// <summary>Least recently used first, so ageing looks at the front only.</summary>
    private readonly LinkedList<MacEntry> _byUse = [];

    public long Version { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Entries in no particular order.</summary>
    public IEnumerable<MacEntry> Entries => _byUse;

    /// <summary>Learns or refreshes. False when nothing is to be learned from a group address.</summary>
    public bool Learn(ushort vlan, MacAddress mac, OfpPort port, long nowMs)
    {
        if (mac.IsMulticast) return false;
        if (_entries.TryGetValue((vlan, mac.Value), out var node))
        {
            if (node.Value.Port != port) Version++;
            var lastUsed = Math.Max(node.Value.UsedMs, nowMs);
            _byUse.Remove(node);
            node.Value = node.Value with { Port = port, UsedMs = lastUsed };
            Append(node);
            return true;
        }

        if (_entries.Count >= maxEntries) Remove(_byUse.First!);
        var added = new LinkedListNode<MacEntry>(new MacEntry(vlan, mac, port, nowMs));
        _entries.Add((vlan, mac.Value), added);
        Append(added);
        Version++;
        return true;
    }

    public OfpPort? Lookup(ushort vlan, MacAddress mac) =>
        !mac.IsMulticast && _entries.TryGetValue((vlan, mac.Value), out var node) ? node.Value.Port : null;

    /// <summary>Refreshes an entry for packets seen at <paramref name="usedMs"/>; never brings one back or moves it.</summary>
    public void Touch(ushort vlan, MacAddress mac, OfpPort port, long usedMs)
    {
        if (!_entries.TryGetValue((vlan, mac.Value), out var node) || node.Value.Port != port || node.Value.UsedMs >= usedMs) return;
        _byUse.Remove(node);
        node.Value = node.Value with { UsedMs = usedMs };
        Append(node);
    }

    public void Expire(long nowMs)
    {
        while (_byUse.First is { } oldest && nowMs - oldest.Value.UsedMs >= ageingMs) Remove(oldest);
    }

    /// <summary>Forgets what was learned on a port that is gone.</summary>
    public void RemovePort(OfpPort port)
    {
        for (var node = _byUse.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Port == port) Remove(node);
            node = next;
        }
    }

    public void Clear()
    {
        if (_entries.Count > 0) Version++;
        _entries.Clear();
        _byUse.Clear();
    }

    /// <summary>Keeps the list sorted by use: credit may arrive late and out of order.</summary>
    private void Append(LinkedListNode<MacEntry> node)
    {
        var after = _byUse.Last;
        while (after is not null && after.Value.UsedMs > node.Value.UsedMs) after = after.Previous;
        if (after is null) _byUse.AddFirst(node);
        else _byUse.AddAfter(after, node);
    }

    private void Remove(LinkedListNode<MacEntry> node)
    {
        _entries.Remove((node.Value.Vlan, node.Value.Mac.Value));
        _byUse.Remove(node);
        Version++;
    }
}
