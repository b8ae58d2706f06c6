namespace Fabric.Nic;

/// <summary>
/// Exact least recently used, by a doubly linked list. Each hit moves its entry to the end: dearer than <see cref="ClockEviction"/>.
/// </summary>
public sealed class LruEviction : IEvictionPolicy
{
    private const int ChunkBits = 12;

    /// <summary>In chunks, so that growing copies none.</summary>
    private readonly List<Link[]> _links = [];
    private int _oldest = -1;
    private int _newest = -1;

    public string Name => "lru";

    public bool WantsHits => true;

    public void Resize(int entryCount)
    {
        while (_links.Count << ChunkBits < entryCount) _links.Add(new Link[1 << ChunkBits]);
    }

    public void Added(int entry)
    {
        At(entry) = new Link { Older = _newest, Newer = -1 };
        if (_newest >= 0) At(_newest).Newer = entry;
        else _oldest = entry;
        _newest = entry;
    }

    public void Used(int entry)
    {
        if (entry == _newest) return;
        Removed(entry);
        Added(entry);
    }

    public void Removed(int entry)
    {
        var (older, newer) = (At(entry).Older, At(entry).Newer);
        if (older >= 0) At(older).Newer = newer;
        else _oldest = newer;
        if (newer >= 0) At(newer).Older = older;
        else _newest = older;
    }

    public int Choose(IEvictionView entries) => _oldest;

    public int ChooseAmong(ReadOnlySpan<int> candidates, IEvictionView entries)
    {
        for (var entry = _oldest; entry >= 0; entry = At(entry).Newer)
            if (candidates.Contains(entry)) return entry;
        return candidates[0];
    }

    private ref Link At(int entry) => ref _links[entry >> ChunkBits][entry & ((1 << ChunkBits) - 1)];

    private struct Link
    {
        public int Older;
        public int Newer;
    }
}
