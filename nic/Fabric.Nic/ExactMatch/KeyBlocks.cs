using System.Numerics;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// Blocks for the parts of keys that do not fit their entries: of two sections (plain IPv6, ARP, tunnelled IPv4), of four (tunnelled
/// IPv6, ND), and of all. A block is named by its size class in the lowest two bits and its number above them. Each class has its blocks in
/// slabs, of which the next holds twice as many as the one before, so that no block ever moves; a free block holds the next one's number.
/// </summary>
internal sealed unsafe class KeyBlocks : IDisposable
{
    public const int None = -1;

    /// <summary>Blocks in a class's first slab, as a power of two.</summary>
    private const int FirstSlabBits = 4;

    private static readonly int[] Sections = [2, 4, FlowKey.SectionCount - 1];

    private readonly NativeSlab?[][] _slabs = [.. Sections.Select(_ => new NativeSlab?[32 - FirstSlabBits])];
    private readonly int[] _free = [None, None, None];
    private readonly int[] _high = new int[Sections.Length];

    /// <summary>Bytes in use.</summary>
    public long Size => Sections.Select((sections, size) => (long)_high[size] * sections * FlowKey.SectionSize).Sum();

    /// <summary>A block for as many sections as <paramref name="rest"/> names, or <see cref="None"/>.</summary>
    public int Take(uint rest)
    {
        if (rest == 0) return None;
        var count = BitOperations.PopCount(rest);
        var size = count <= Sections[0] ? 0 : count <= Sections[1] ? 1 : 2;
        var number = _free[size];
        if (number != None)
        {
            _free[size] = *(int*)Pointer(number << 2 | size);
            return number << 2 | size;
        }

        number = _high[size]++;
        var (slab, place) = Locate(number);
        if (place == 0) _slabs[size][slab] = new NativeSlab((1L << (slab + FirstSlabBits)) * Sections[size] * FlowKey.SectionSize);
        _slabs[size][slab]!.Use((place + 1L) * Sections[size] * FlowKey.SectionSize);
        return number << 2 | size;
    }

    public void Give(int block)
    {
        if (block == None) return;
        *(int*)Pointer(block) = _free[block & 3];
        _free[block & 3] = block >> 2;
    }

    public byte* Pointer(int block)
    {
        var (slab, place) = Locate(block >> 2);
        return _slabs[block & 3][slab]!.Pointer + (long)place * Sections[block & 3] * FlowKey.SectionSize;
    }

    public void Dispose()
    {
        foreach (var slabs in _slabs)
            foreach (var slab in slabs) slab?.Dispose();
    }

    private static (int Slab, int Place) Locate(int number)
    {
        var slab = BitOperations.Log2((uint)(number >> FirstSlabBits) + 1);
        return (slab, number - (((1 << slab) - 1) << FirstSlabBits));
    }
}
