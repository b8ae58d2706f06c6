using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// The hash table of one mask: open addressing with linear probing, at most half full, deletion by shifting back (no tombstones, so probe
/// lengths do not age). Grows and shrinks with its flows.
/// <para>Most lookups miss, because a packet is in one of many masks. The hashes therefore lie apart from the flows and are compared eight
/// at a time: a miss reads one or two cache lines and takes no branch that cannot be predicted.</para>
/// </summary>
internal sealed class MaskTable<T>(FlowMask mask, uint seed) where T : MaskedFlow
{
    private const int MinCapacity = 8;

    /// <summary>Hashes compared at once.</summary>
    private const int Group = 8;

    private readonly bool _isBaseOnly = (mask.Bits.Sections & ~FlowSections.Base) == 0 && Aes.IsSupported;

    /// <summary>0 is an empty slot. The first eight are repeated behind the last, so that a group never wraps.</summary>
    private uint[] _hashes = new uint[MinCapacity + Group];
    private T?[] _entries = new T?[MinCapacity];

    /// <summary>A field, so that it can be passed by reference.</summary>
    public FlowMask Mask = mask;

    public int Count { get; private set; }

    /// <summary>Lookups answered since the table was made, and a decaying count that orders the masks.</summary>
    public long Hits;
    public long RecentHits;

    /// <summary>Never 0.</summary>
    public uint Hash(ref FlowKey key) => Math.Max(1, _isBaseOnly ? HashBase(ref key) : FlowKey.HashMasked(ref key, ref Mask, seed));

    private Vector128<byte> Start => Vector128.Create(seed, ~seed, seed * 0x9e37_79b9u, 0x85eb_ca6bu).AsByte();

    private uint HashBase(ref FlowKey key) => HashBase(
        FlowKey.Section(ref key, 0) & FlowKey.Section(ref Mask.Bits, 0),
        FlowKey.Section(ref key, 1) & FlowKey.Section(ref Mask.Bits, 1), Start);

    /// <summary>
    /// The hash of the two sections that every key has. Its AES rounds form two short chains instead of one long one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint HashBase(Vector256<byte> first, Vector256<byte> second, Vector128<byte> start)
    {
        var low = Aes.Encrypt(first.GetLower() ^ start, second.GetLower());
        var high = Aes.Encrypt(first.GetUpper() ^ start, second.GetUpper());
        var both = Aes.Encrypt(Aes.Encrypt(low, high), Aes.Encrypt(high, start));
        return (uint)Aes.Encrypt(both, start).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref uint line)
    {
        // A hint: if the array moves meanwhile, a line is fetched for nothing.
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref line));
    }

    public T? Lookup(ref FlowKey key) => Find(ref key, Hash(ref key));

    /// <summary>
    /// Looks for those of up to 64 keys whose bits are set in <paramref name="wanted"/>, and sets the same bits for what it found. First
    /// all are hashed, so that the hashes' chains overlap and the table's lines arrive meanwhile.
    /// </summary>
    /// <param name="hashes">Room for a hash of each key.</param>
    public ulong Lookup(Span<FlowKey> keys, ulong wanted, Span<uint> hashes, Span<T?> found)
    {
        if (_isBaseOnly) HashAll(keys, wanted, hashes);
        else
            for (var rest = wanted; rest != 0; rest &= rest - 1)
            {
                var i = BitOperations.TrailingZeroCount(rest);
                hashes[i] = Hash(ref keys[i]);
            }

        ulong hits = 0;
        for (var rest = wanted; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            var value = Find(ref keys[i], hashes[i]);
            if (value is null) continue;
            found[i] = value;
            hits |= 1UL << i;
        }

        return hits;
    }

    private void HashAll(Span<FlowKey> keys, ulong wanted, Span<uint> hashes)
    {
        var first = FlowKey.Section(ref Mask.Bits, 0);
        var second = FlowKey.Section(ref Mask.Bits, 1);
        var start = Start;
        var last = _entries.Length - 1;
        ref var table = ref MemoryMarshal.GetArrayDataReference(_hashes);
        for (var rest = wanted; rest != 0; rest &= rest - 1)
        {
            var i = BitOperations.TrailingZeroCount(rest);
            ref var key = ref keys[i];
            var hash = Math.Max(1, HashBase(FlowKey.Section(ref key, 0) & first, FlowKey.Section(ref key, 1) & second, start));
            hashes[i] = hash;
            Prefetch(ref Unsafe.Add(ref table, (int)hash & last));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T? Find(ref FlowKey key, uint hash)
    {
        var wanted = Vector256.Create(hash);
        var entries = _entries;
        var last = entries.Length - 1;
        ref var hashes = ref MemoryMarshal.GetArrayDataReference(_hashes);
        for (var i = (int)hash & last; ; i = (i + Group) & last)
        {
            var group = Vector256.LoadUnsafe(ref hashes, (nuint)i);
            for (var equal = Vector256.Equals(group, wanted).ExtractMostSignificantBits(); equal != 0; equal &= equal - 1)
            {
                var flow = entries[(i + BitOperations.TrailingZeroCount(equal)) & last]!;
                if (flow.MatchKey.Matches(ref key, ref Mask)) return flow;
            }

            if (Vector256.EqualsAny(group, Vector256<uint>.Zero)) return null;
        }
    }

    /// <summary>The caller has checked that no equal key is present, and given the flow its key.</summary>
    public void Insert(uint hash, T value)
    {
        if ((Count + 1) * 2 > _entries.Length) Resize(_entries.Length * 2);
        Place(hash, value);
        Count++;
    }

    public void Remove(uint hash, T value)
    {
        var last = _entries.Length - 1;
        var hole = (int)hash & last;
        while (!ReferenceEquals(_entries[hole], value))
        {
            Invariant.Check(_hashes[hole] != 0, "a flow of the table is in the hash table of its mask");
            hole = (hole + 1) & last;
        }

        for (var next = (hole + 1) & last; _hashes[next] != 0; next = (next + 1) & last)
        {
            // A slot may move back into the hole unless its home lies cyclically after the hole.
            var home = (int)_hashes[next] & last;
            if (((next - home) & last) < ((next - hole) & last)) continue;
            Set(hole, _hashes[next], _entries[next]);
            hole = next;
        }

        Set(hole, 0, null);
        Count--;
        if (_entries.Length > MinCapacity && Count * 8 < _entries.Length) Resize(_entries.Length / 2);
    }

    private void Place(uint hash, T? entry)
    {
        var last = _entries.Length - 1;
        var i = (int)hash & last;
        while (_hashes[i] != 0) i = (i + 1) & last;
        Set(i, hash, entry);
    }

    private void Set(int slot, uint hash, T? entry)
    {
        _hashes[slot] = hash;
        if (slot < Group) _hashes[_entries.Length + slot] = hash;
        _entries[slot] = entry;
    }

    private void Resize(int capacity)
    {
        var (hashes, entries) = (_hashes, _entries);
        _hashes = new uint[capacity + Group];
        _entries = new T?[capacity];
        for (var i = 0; i < entries.Length; i++)
            if (hashes[i] != 0) Place(hashes[i], entries[i]);
    }
}
