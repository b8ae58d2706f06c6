namespace Fabric.Nic;

/// <summary>Any live entry, evenly. Its victims cannot be aimed at by somebody who knows the traffic.</summary>
public sealed class RandomEviction(Random random) : IEvictionPolicy
{
    public string Name => "random";

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
        // Called while the table is full, so the first draw nearly always meets a live entry.
        var entry = random.Next(entries.EntryCount);
        for (var step = 0; step < entries.EntryCount; step++)
        {
            if (entries.IsLive(entry)) return entry;
            if (++entry == entries.EntryCount) entry = 0;
        }

        return -1;
    }

    public int ChooseAmong(ReadOnlySpan<int> candidates, IEvictionView entries) => candidates[random.Next(candidates.Length)];
}
