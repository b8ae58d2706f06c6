using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// The hash table of one mask: open addressing with linear probing, at most three quarters full, deletion by shifting back (no tombstones,
/// so probe lengths do not age). Grows and shrinks with its flows.
/// </summary>
internal sealed class MaskTable<T>(FlowMask mask, uint seed) where T : class
{
    private const int MinCapacity = 8;

    /// <summary><see cref="Value"/> null marks an empty slot. The key array is repeated here to spare lookups one pointer.</summary>
    internal struct Slot
    {
        public uint Hash;
        public MaskedKey Key;
        public T? Value;
    }

    private Slot[] _slots = new Slot[MinCapacity];

    /// <summary>A field, so that it can be passed by reference.</summary>
    public FlowMask Mask = mask;

    public int Count { get; private set; }

    /// <summary>Lookups answered since the table was made, and a decaying count that orders the masks.</summary>
    public long Hits;
    public long RecentHits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(ref FlowKey key) => FlowKey.HashMasked(ref key, ref Mask, seed);

    public T? Lookup(ref FlowKey key)
    {
        var hash = Hash(ref key);
        var slots = _slots;
        var last = slots.Length - 1;
        for (var i = (int)hash & last; ; i = (i + 1) & last)
        {
            ref var slot = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(slots), i);
            if (slot.Value is null) return null;
            if (slot.Hash == hash && slot.Key.Matches(ref key, ref Mask)) return slot.Value;
        }
    }

    /// <summary>The caller has checked that no equal key is present.</summary>
    public void Insert(uint hash, MaskedKey key, T value)
    {
        if ((Count + 1) * 4 > _slots.Length * 3) Resize(_slots.Length * 2);
        Place(_slots, new Slot { Hash = hash, Key = key, Value = value });
        Count++;
    }

    public void Remove(uint hash, T value)
    {
        var slots = _slots;
        var last = slots.Length - 1;
        var hole = (int)hash & last;
        while (!ReferenceEquals(slots[hole].Value, value))
        {
            Invariant.Check(slots[hole].Value is not null, "a flow of the table is in the hash table of its mask");
            hole = (hole + 1) & last;
        }

        for (var next = (hole + 1) & last; slots[next].Value is not null; next = (next + 1) & last)
        {
            // A slot may move back into the hole unless its home lies cyclically after the hole.
            var home = (int)slots[next].Hash & last;
            if (((next - home) & last) < ((next - hole) & last)) continue;
            slots[hole] = slots[next];
            hole = next;
        }

        slots[hole] = default;
        Count--;
        if (slots.Length > MinCapacity && Count * 8 < slots.Length) Resize(slots.Length / 2);
    }

    private static void Place(Slot[] slots, Slot slot)
    {
        var last = slots.Length - 1;
        var i = (int)slot.Hash & last;
        while (slots[i].Value is not null) i = (i + 1) & last;
        slots[i] = slot;
    }

    private void Resize(int capacity)
    {
        var slots = new Slot[capacity];
        foreach (ref var slot in _slots.AsSpan())
            if (slot.Value is not null) Place(slots, slot);
        _slots = slots;
    }
}
