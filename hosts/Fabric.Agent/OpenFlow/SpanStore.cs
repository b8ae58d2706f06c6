using System.Runtime.CompilerServices;

namespace Fabric.Agent;

/// <summary>Many short runs of numbers, kept in few long arrays until all of them go.</summary>
internal sealed class SpanStore<T> where T : unmanaged
{
    /// <summary>Of an array: far more than a run, and less than the runtime counts as large.</summary>
    private static readonly int ChunkLength = 32 * 1024 / Unsafe.SizeOf<T>();

    private readonly List<T[]> _chunks = [];
    private int _used;

    public ReadOnlySpan<T> this[SpanPlace place] => place.Size == 0 ? [] : _chunks[place.Chunk].AsSpan(place.Start, place.Size);

    public SpanPlace Add(ReadOnlySpan<T> items)
    {
        if (items.Length == 0) return default;
        if (_chunks.Count == 0 || _chunks[^1].Length - _used < items.Length)
        {
            _chunks.Add(GC.AllocateUninitializedArray<T>(Math.Max(ChunkLength, items.Length)));
            _used = 0;
        }

        var place = new SpanPlace(_chunks.Count - 1, _used, items.Length);
        items.CopyTo(_chunks[^1].AsSpan(_used));
        _used += items.Length;
        return place;
    }
}
