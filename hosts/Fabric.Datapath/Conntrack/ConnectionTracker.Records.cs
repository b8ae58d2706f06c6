using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>Keeping the books: sweeps, flushes, dumps, limits, policies.</summary>
public sealed partial class ConnectionTracker
{
    /// <summary>Zone of the limit for every zone that has none of its own.</summary>
    public const int DefaultZone = -1;

    private readonly SortedDictionary<int, ZoneLimit> _limits = [];

    /// <summary>
    /// Forgets what has expired among the next <paramref name="budget"/> connections of an endless walk; returns how many.
    /// </summary>
    public int Sweep(long nowMs, int budget = int.MaxValue)
    {
        var removed = 0;
        for (var left = Math.Min(budget, _connections.Count); left > 0 && _connections.Count > 0; left--)
        {
            // From high to low, because a removal moves the last one into the gap.
            if (--_sweepCursor < 0 || _sweepCursor >= _connections.Count) _sweepCursor = _connections.Count - 1;
            var connection = _connections[_sweepCursor];
            if (!connection.IsExpired(nowMs)) continue;
            Remove(connection);
            removed++;
        }

        return removed;
    }

    /// <summary>Forgets every connection, or those of a zone; returns how many.</summary>
    public int Flush(ushort? zone = null)
    {
        var removed = 0;
        for (var i = _connections.Count - 1; i >= 0; i--)
        {
            if (zone is not null && _connections[i].Key.Zone != zone) continue;
            Remove(_connections[i]);
            removed++;
        }

        return removed;
    }

    /// <summary>
    /// Forgets what the filter names. False when that is one connection, by its original direction before any translation, and there is
    /// none such.
    /// </summary>
    public bool Flush(ConnectionFilter filter, long nowMs)
    {
        if (filter.Only is { } tuple) return FlushTuple(in tuple, filter.Zone ?? 0, nowMs);
        for (var i = _connections.Count - 1; i >= 0; i--)
        {
            var connection = _connections[i];
            if (filter.Zone is { } zone && zone != connection.Key.Zone) continue;
            if (filter.IsWhole || filter.Matches(connection.Key.ToTuple(), connection.ReverseKey.ToTuple())) Remove(connection);
        }

        return true;
    }

    /// <summary>False when there is no such connection; it must be named by its original direction before any translation.</summary>
    public bool FlushTuple(in CtTuple tuple, ushort zone, long nowMs)
    {
        if (!ConnectionKey.TryMake(in tuple, zone, out var key)) return false;
        if (_table.Find(in key, nowMs) is not { IsTranslation: false } connection) return false;
        Remove(connection);
        return true;
    }

    /// <summary>Live connections, of one zone or of all, in no particular order.</summary>
    public IEnumerable<CtEntry> Dump(long nowMs, ushort? zone = null)
    {
        foreach (var connection in _connections)
            if (!connection.IsExpired(nowMs) && (zone is null || zone == connection.Key.Zone)) yield return connection.ToEntry(nowMs);
    }

    /// <summary>A new value for a zone, or <see cref="DefaultZone"/>; what is counted goes on.</summary>
    public void SetLimit(int zone, uint limit)
    {
        if (_limits.TryGetValue(zone, out var known)) known.Limit = limit;
        else _limits.Add(zone, new ZoneLimit(limit));
    }

    /// <summary>The zone's connections count for nothing from now on.</summary>
    public bool DeleteLimit(int zone) => _limits.Remove(zone);

    /// <summary>Limit and number of connections by zone, <see cref="DefaultZone"/> first.</summary>
    public IEnumerable<(int Zone, uint Limit, uint Count)> Limits => _limits.Select(l => (l.Key, l.Value.Limit, l.Value.Count));

    /// <summary>Number 0 is the policy of every connection without one.</summary>
    public void SetTimeouts(uint policy, CtTimeouts timeouts) => _policies[policy] = timeouts;

    public bool DeleteTimeouts(uint policy) => _policies.Remove(policy);

    private ZoneLimit? LimitOf(int zone) => _limits.GetValueOrDefault(zone) ?? _limits.GetValueOrDefault(DefaultZone);

    private void Remove(Connection connection)
    {
        _table.Remove(connection);
        if (connection.Translation is { } translation) _table.Remove(translation);
        connection.IsGone = true;
        if (connection.CountedBy is { Count: > 0 } limit) limit.Count--;
        var last = _connections[^1];
        _connections[connection.SweepIndex] = last;
        last.SweepIndex = connection.SweepIndex;
        _connections.RemoveAt(_connections.Count - 1);
    }
}
