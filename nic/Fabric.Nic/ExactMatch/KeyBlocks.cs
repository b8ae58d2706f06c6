using System.Numerics;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// Blocks for the parts of keys that do not fit their entries: of two sections (plain IPv6, ARP, tunnelled IPv4), of four (tunnelled
/// IPv6, ND), and of all. A block is named by its size class in the lowest two bits and its number above them.
/// </summary>
internal sealed unsafe class KeyBlocks : IDisposable
{
    public const int None = -1;

    private static readonly int[] Sections = [2, 4, FlowKey.SectionCount - 1];

    private readonly NativeSlab[] _slabs = [.. Sections.Select(sections => new NativeSlab(sections * FlowKey.SectionSize, cleared: false))];
    private readonly Stack<int>[] _free = [.. Sections.Select(_ => new Stack<int>())];
    private readonly int[] _high = new int[Sections.Length];

    /// <summary>Bytes held.</summary>
    public long Size => _slabs.Sum(slab => slab.Size);

    /// <summary>A block for as many sections as <paramref name="rest"/> names, or <see cref="None"/>.</summary>
    public int Take(uint rest)
    {
        if (rest == 0) return None;
        var count = BitOperations.PopCount(rest);
        var size = count <= Sections[0] ? 0 : count <= Sections[1] ? 1 : 2;
        if (!_free[size].TryPop(out var number))
        {
            number = _high[size]++;
            var slab = _slabs[size];
            if (_high[size] * (long)Sections[size] * FlowKey.SectionSize > slab.Size) slab.Grow(slab.Size * 2);
        }

        return number << 2 | size;
    }

    public void Give(int block)
    {
        if (block != None) _free[block & 3].Push(block >> 2);
    }

    public byte* Pointer(int block) => _slabs[block & 3].Pointer + (long)(block >> 2) * Sections[block & 3] * FlowKey.SectionSize;

    public void Dispose()
    {
        foreach (var slab in _slabs) slab.Dispose();
    }
}
