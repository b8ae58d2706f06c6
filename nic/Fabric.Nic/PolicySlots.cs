using System.Runtime.CompilerServices;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// The slots of all L2 flows. A slot outlives the flow in it; its generation only grows, so a reference of slot and generation names one
/// state of one flow for ever, and comparing the two numbers tells whether that state still holds (property L1.1).
/// </summary>
public sealed class PolicySlots
{
    private PolicySlot[] _slots = new PolicySlot[64];
    private readonly Stack<int> _free = new();
    private readonly Queue<(ulong Until, int Slot)> _resting = new();
    private int _high;

    /// <summary>Slots of flows and of those that rest.</summary>
    public int UsedCount => _high - _free.Count;

    /// <summary>
    /// The number of the message that will be the last to name what is freed from now on. Until it is known to have been received
    /// (<see cref="EndRest"/>) the slot rests: its number is the flow's statistics context. 0: nobody names slots.
    /// </summary>
    public ulong RestUntil { get; set; }

    public ref PolicySlot this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _slots[slot];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsCurrent(int slot, uint generation) => (uint)slot < (uint)_slots.Length && _slots[slot].Generation == generation;

    /// <summary>A slot with zero statistics and a generation that it never had.</summary>
    public int Allocate()
    {
        if (!_free.TryPop(out var slot))
        {
            if (_high == _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
            slot = _high++;
        }

        var generation = _slots[slot].Generation + 1;
        _slots[slot] = new PolicySlot { Generation = generation, IsUsed = true, LastUsedMs = -1 };
        return slot;
    }

    /// <summary>Starts the flow's statistics anew; they have been handed to the host.</summary>
    public void ClearStatistics(int slot)
    {
        ref var cleared = ref _slots[slot];
        cleared.Packets = cleared.Bytes = cleared.Hits = cleared.ReportedPackets = 0;
        cleared.LastUsedMs = -1;
        cleared.TcpFlags = 0;
    }

    /// <summary>Makes every reference to the flow's present state stale.</summary>
    public void Invalidate(int slot) => _slots[slot].Generation++;

    public void Free(int slot)
    {
        Invariant.Check(_slots[slot].IsUsed, "a slot is freed once");
        _slots[slot].Generation++;
        _slots[slot].IsUsed = false;
        if (RestUntil == 0) _free.Push(slot);
        else _resting.Enqueue((RestUntil, slot));
    }

    /// <summary>Messages up to number <paramref name="received"/> have been received.</summary>
    public void EndRest(ulong received)
    {
        while (_resting.TryPeek(out var oldest) && oldest.Until <= received) _free.Push(_resting.Dequeue().Slot);
    }
}
