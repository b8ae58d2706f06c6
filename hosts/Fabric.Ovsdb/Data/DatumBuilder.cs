namespace Fabric.Ovsdb;

/// <summary>Collects keys (and values) that come in order.</summary>
internal sealed class DatumBuilder(int capacity, bool isMap)
{
    private Atom[] _keys = new Atom[capacity];
    private Atom[]? _values = isMap ? new Atom[capacity] : null;

    public int Count { get; private set; }

    public void Add(Datum source, int index) => Add(source.Keys[index], _values is null ? default : source.Values[index]);

    public DatumBuilder AddRange(Datum source, int start, int count)
    {
        Reserve(count);
        source.Keys.Slice(start, count).CopyTo(_keys.AsSpan(Count));
        if (_values is not null) source.Values.Slice(start, count).CopyTo(_values.AsSpan(Count));
        Count += count;
        return this;
    }

    public void Add(Atom key, Atom value)
    {
        Reserve(1);
        _keys[Count] = key;
        if (_values is not null) _values[Count] = value;
        Count++;
    }

    /// <summary>Sorts by key.</summary>
    /// <returns>False if a key is there twice.</returns>
    public bool TrySort()
    {
        bool isSorted = true;
        for (int i = 1; i < Count && isSorted; i++) isSorted = _keys[i - 1] < _keys[i];
        if (isSorted) return true;

        if (_values is null) Array.Sort(_keys, 0, Count);
        else Array.Sort(_keys, _values, 0, Count);
        for (int i = 1; i < Count; i++)
        {
            if (_keys[i - 1] == _keys[i]) return false;
        }

        return true;
    }

    public Datum Build()
    {
        if (Count == _keys.Length) return Datum.FromSorted(_keys, _values);
        return Datum.FromSorted(_keys[..Count], _values?[..Count]);
    }

    private void Reserve(int count)
    {
        if (Count + count <= _keys.Length) return;
        int size = Math.Max(Count + count, Math.Max(4, Count * 2));
        Array.Resize(ref _keys, size);
        if (_values is not null) Array.Resize(ref _values, size);
    }
}
