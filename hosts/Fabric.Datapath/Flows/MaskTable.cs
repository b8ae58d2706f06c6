using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// The hash table of one mask.
/// <para>Most lookups miss, because a packet is in one of many masks. The hashes therefore lie apart from the flows and are compared eight
/// at a time: a miss reads one or two cache lines and takes no branch that cannot be predicted.</para>
/// </summary>
internal sealed class MaskTable<T>(FlowMask mask, uint seed) where T : MaskedFlow
{
    private readonly bool _isBaseOnly = (mask.Bits.Sections & ~FlowSections.Base) == 0 && Aes.IsSupported;
    private FlowSlots<T> _slots = new();

    /// <summary>A field, so that it can be passed by reference.</summary>
    public FlowMask Mask = mask;

    public int Count => _slots.Count;

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
        var last = _slots.Flows.Length - 1;
        ref var table = ref MemoryMarshal.GetArrayDataReference(_slots.Hashes);
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
        var flows = _slots.Flows;
        var last = flows.Length - 1;
        ref var hashes = ref MemoryMarshal.GetArrayDataReference(_slots.Hashes);
        for (var i = (int)hash & last; ; i = (i + FlowSlots<T>.Group) & last)
        {
            var group = Vector256.LoadUnsafe(ref hashes, (nuint)i);
            for (var equal = Vector256.Equals(group, wanted).ExtractMostSignificantBits(); equal != 0; equal &= equal - 1)
            {
                var flow = flows[(i + BitOperations.TrailingZeroCount(equal)) & last]!;
                if (flow.MatchKey.Matches(ref key, ref Mask)) return flow;
            }

            if (Vector256.EqualsAny(group, Vector256<uint>.Zero)) return null;
        }
    }

    /// <summary>The caller has checked that no equal key is present.</summary>
    public void Insert(ref FlowKey key, T flow)
    {
        flow.Home = this;
        flow.MatchKey = new MaskedKey(ref key, ref Mask);
        flow.MatchHash = Hash(ref key);
        _slots.Insert(flow.MatchHash, flow);
    }

    public void Remove(T flow)
    {
        _slots.Remove(flow.MatchHash, flow);
        flow.Home = null;
    }
}
