namespace Fabric.Agent;

/// <summary>
/// Shifts load between the members of a bond (OVS: <c>bond_rebalance</c>, <c>choose_entries_to_migrate</c>): from the most to the least
/// loaded, as long as that brings the two closer by a tenth of their difference.
/// </summary>
internal static class BondBalancer
{
    /// <summary>Less overload than this is not worth moving anything.</summary>
    private const long MinOverloadBytes = 100_000;

    /// <summary>True when a bucket has moved.</summary>
    public static bool Shift(IReadOnlyList<BondMember> members, IReadOnlyList<BondBucket> buckets)
    {
        var entries = members.ToDictionary(m => m, _ => new List<BondBucket>());
        foreach (var bucket in buckets.Where(b => b.TxBytes > 0).OrderByDescending(b => b.TxBytes))
            if (bucket.Member is { } member && entries.TryGetValue(member, out var list)) list.Add(bucket);
        foreach (var (member, list) in entries) member.TxBytes = list.Sum(b => b.TxBytes);
        var candidates = members.Where(m => m.IsEnabled).ToList();
        var moved = false;
        while (candidates.Count > 1)
        {
            var from = candidates.MaxBy(m => m.TxBytes)!;
            var to = candidates.MinBy(m => m.TxBytes)!;
            var overload = from.TxBytes - to.TxBytes;
            if (overload < to.TxBytes >> 5 || overload < MinOverloadBytes) break;
            var shifted = Choose(from, entries[from], to.TxBytes);
            if (shifted.Count == 0) candidates.Remove(from);
            foreach (var bucket in shifted)
            {
                bucket.Member = to;
                from.TxBytes -= bucket.TxBytes;
                to.TxBytes += bucket.TxBytes;
                entries[from].Remove(bucket);
                moved = true;
            }
        }

        return moved;
    }

    /// <summary>The buckets, largest first, that together come closest to half the difference without exceeding it.</summary>
    private static List<BondBucket> Choose(BondMember from, List<BondBucket> entries, long toBytes)
    {
        if (entries.Count <= 1) return [];
        var ideal = (from.TxBytes + toBytes) / 2 - toBytes;
        var threshold = ideal / 10;
        var chosen = new List<BondBucket>();
        var delta = 0L;
        foreach (var bucket in entries)
        {
            if (delta + bucket.TxBytes <= ideal)
            {
                chosen.Add(bucket);
                delta += bucket.TxBytes;
            }

            if (ideal - delta < threshold) break;
        }

        if (chosen.Count == 0)
        {
            chosen.Add(entries[^1]);
            delta = entries[^1].TxBytes;
        }

        var low = Math.Min(from.TxBytes - delta, toBytes + delta);
        return low > toBytes && low - toBytes >= threshold ? chosen : [];
    }
}
