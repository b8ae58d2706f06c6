using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// All flows of a table, each knowing its place. In pieces, so that neither growth nor decline copies, and no piece is so large that it
/// would be an object apart to the collector of garbage.
/// </summary>
internal sealed class FlowList<T> where T : MaskedFlow
{
    private const int Bits = 9;
    private const int Size = 1 << Bits;

    private readonly List<T?[]> _pieces = [];

    public int Count { get; private set; }

    public T this[int index]
    {
        get
        {
            Invariant.Check((uint)index < (uint)Count, "a walk stays within the table");
            return _pieces[index >> Bits][index & (Size - 1)]!;
        }
    }

    public void Add(T flow)
    {
        if (Count >> Bits == _pieces.Count) _pieces.Add(new T?[Size]);
        flow.Index = Count;
        _pieces[Count >> Bits][Count & (Size - 1)] = flow;
        Count++;
    }

    /// <summary>Moves the last one into the gap.</summary>
    public void Remove(T flow)
    {
        var last = this[Count - 1];
        _pieces[flow.Index >> Bits][flow.Index & (Size - 1)] = last;
        last.Index = flow.Index;
        Count--;
        _pieces[Count >> Bits][Count & (Size - 1)] = null;
        // One piece beyond the one in use stays, for a table that keeps crossing the edge.
        if (_pieces.Count > (Count >> Bits) + 2) _pieces.RemoveAt(_pieces.Count - 1);
    }

    public void Clear()
    {
        _pieces.Clear();
        Count = 0;
    }
}
