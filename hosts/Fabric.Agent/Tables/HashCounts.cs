namespace Fabric.Agent;

/// <summary>
/// A multiset of hashes (OVS: <c>lib/ccmap.c</c>): how many rules have one. Open addressing; hash 0 is kept as 1, for a false "may be
/// there" costs nothing but a later comparison.
/// </summary>
internal sealed class HashCounts
{
    private uint[] _hashes = new uint[8];
    private int[] _counts = new int[8];
    private int _used;

    public bool Contains(uint hash)
    {
        hash = Math.Max(hash, 1);
        return _hashes[Find(hash)] == hash;
    }

    public void Add(uint hash)
    {
        hash = Math.Max(hash, 1);
        var at = Find(hash);
        if (_hashes[at] == 0)
        {
            if (_used * 2 >= _hashes.Length)
            {
                Grow();
                at = Find(hash);
            }

            _hashes[at] = hash;
            _used++;
        }

        _counts[at]++;
    }

    public void Remove(uint hash)
    {
        hash = Math.Max(hash, 1);
        var at = Find(hash);
        if (_hashes[at] == 0 || --_counts[at] > 0) return;
        _used--;
        // Close the gap: whatever was pushed past it moves back.
        var mask = _hashes.Length - 1;
        for (var next = (at + 1) & mask; _hashes[next] != 0; next = (next + 1) & mask)
        {
            var home = Home(_hashes[next]);
            if (((next - home) & mask) < ((next - at) & mask)) continue;
            (_hashes[at], _counts[at]) = (_hashes[next], _counts[next]);
            at = next;
        }

        (_hashes[at], _counts[at]) = (0, 0);
    }

    private int Home(uint hash) => (int)(hash * 0x9e3779b1u >> 7) & (_hashes.Length - 1);

    private int Find(uint hash)
    {
        var mask = _hashes.Length - 1;
        var at = Home(hash);
        while (_hashes[at] != 0 && _hashes[at] != hash) at = (at + 1) & mask;
        return at;
    }

    private void Grow()
    {
        var (hashes, counts) = (_hashes, _counts);
        (_hashes, _counts) = (new uint[hashes.Length * 2], new int[hashes.Length * 2]);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (hashes[i] == 0) continue;
            var at = Find(hashes[i]);
            (_hashes[at], _counts[at]) = (hashes[i], counts[i]);
        }
    }
}
