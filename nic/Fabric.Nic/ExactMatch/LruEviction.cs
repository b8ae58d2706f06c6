namespace Fabric.Nic;

/// <summary>
/// Exact least recently used, by a doubly linked list. Each hit moves its entry to the end: dearer than <see cref="ClockEviction"/>.
/// </summary>
public sealed class LruEviction : IEvictionPolicy
{
    private int[] _older = [];
    private int[] _newer = [];
    private int _oldest = -1;
    private int _newest = -1;

    public string Name => "lru";

    public bool WantsHits => true;

    public void Resize(int entryCount)
    {
        Array.Resize(ref _older, entryCount);
        Array.Resize(ref _newer, entryCount);
    }

    public void Added(int entry)
    {
        _older[entry] = _newest;
        _newer[entry] = -1;
        if (_newest >= 0) _newer[_newest] = entry;
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
        var older = _older[entry];
        var newer = _newer[entry];
        if (older >= 0) _newer[older] = newer;
        else _oldest = newer;
        if (newer >= 0) _older[newer] = older;
        else _newest = older;
    }

    public int Choose(IEvictionView entries) => _oldest;

    public int ChooseAmong(ReadOnlySpan<int> candidates, IEvictionView entries)
    {
        for (var entry = _oldest; entry >= 0; entry = _newer[entry])
            if (candidates.Contains(entry)) return entry;
        return candidates[0];
    }
}
