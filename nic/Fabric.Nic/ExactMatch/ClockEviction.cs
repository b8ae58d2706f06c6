namespace Fabric.Nic;

/// <summary>
/// Second chance: a hand walks round the entries, spares each one that was hit since its last visit, and takes the first that was not. It
/// needs one bit per entry, set by the hit in a line it writes anyway.
/// </summary>
public sealed class ClockEviction : IEvictionPolicy
{
    private int _hand;

    public string Name => "clock";

    public bool WantsHits => false;

    public void Resize(int entryCount)
    {
    }

    public void Added(int entry)
    {
    }

    public void Used(int entry)
    {
    }

    public void Removed(int entry)
    {
    }

    public int Choose(IEvictionView entries)
    {
        // Two rounds suffice: the first takes every bit, so the second finds one without.
        for (var step = 0; step < 2 * entries.EntryCount; step++)
        {
            if (_hand >= entries.EntryCount) _hand = 0;
            var entry = _hand++;
            if (entries.IsLive(entry) && !entries.TakeReferenced(entry)) return entry;
        }

        return -1;
    }

    public int ChooseAmong(ReadOnlySpan<int> candidates, IEvictionView entries)
    {
        foreach (var entry in candidates)
            if (!entries.TakeReferenced(entry)) return entry;
        return candidates[0];
    }
}
