using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>
/// Every account of the fabric. A part's own account is checked after each of its turns; the sums, and the frames out of the pool, whenever
/// somebody asks.
/// </summary>
internal sealed class Ledger(FramePool pool, Violations violations)
{
    private readonly List<LedgerEntry> _entries = [];

    /// <summary>Frames inside messages between two parts.</summary>
    public long OnTheWay { get; set; }

    /// <param name="kept">Those of the queued whose buffers are back in the pool.</param>
    public LedgerEntry Add(string part, FrameAccount account, Func<long> queued, Func<long>? kept = null)
    {
        var entry = new LedgerEntry(part, account, queued, kept ?? (() => 0), violations);
        _entries.Add(entry);
        return entry;
    }

    public void CheckAll(string when)
    {
        long queued = 0;
        foreach (var entry in _entries)
        {
            entry.Check();
            queued += entry.Queued - entry.Kept;
        }

        if (pool.Outstanding != queued + OnTheWay)
        {
            violations.Add(
                Rule.Conservation,
                $"{when}: {pool.Outstanding} frames are out of the pool, {queued} queued and {OnTheWay} on their way");
        }
    }

    /// <summary>Nothing moves any more: what was made has been used or dropped, and what left one part has entered another.</summary>
    public void CheckDrained()
    {
        CheckAll("drained");
        if (pool.Outstanding != 0) violations.Add(Rule.Conservation, $"{pool.Outstanding} frames never came back to the pool");
        var sent = _entries.Sum(e => e.Account.Out);
        var taken = _entries.Sum(e => e.Account.In);
        if (sent != taken) violations.Add(Rule.Conservation, $"parts sent {sent} frames and took {taken}");
        var made = _entries.Sum(e => e.Account.Created);
        var ended = _entries.Sum(e => e.Account.Consumed + e.Account.Drops.Total);
        if (made != ended) violations.Add(Rule.Conservation, $"{made} frames were made and {ended} ended");
    }

    public SortedDictionary<string, long> Drops(Func<string, bool> parts)
    {
        var drops = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in _entries.Where(e => parts(e.Part)))
            foreach (var (reason, frames) in entry.Account.Drops.NonZero())
                drops[reason.ToString()] = drops.GetValueOrDefault(reason.ToString()) + frames;
        return drops;
    }
}
