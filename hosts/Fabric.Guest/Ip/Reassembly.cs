using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// Puts fragments together (RFC 791 section 3.2, RFC 8200 section 4.5), four datagrams at a time and 30 s at most each. Overlapping
/// fragments
/// cost the whole datagram, in IPv4 too (RFC 5722); an exact duplicate costs only itself. Each fragment's frame stays on the account as
/// queued until its datagram is delivered or given up.
/// </summary>
internal sealed class Reassembly(GuestCore core)
{
    public const int SlotCount = 4;
    public const long TimeoutUs = 30_000_000;

    private readonly ReassemblySlot?[] _slots = new ReassemblySlot?[SlotCount];

    /// <summary>Frames held in incomplete datagrams.</summary>
    public int HeldFrames { get; private set; }

    /// <summary>Takes one fragment; the slot is returned, to be released by the caller, when this one completes its datagram.</summary>
    public Verdict Add(in IpArrival fragment, uint id, int offset, bool isLast, ReadOnlySpan<byte> header, out ReassemblySlot? complete)
    {
        complete = null;
        core.Counters.FragmentsReceived++;
        var slot = Find(fragment, id);
        if (slot.HasAll(offset, fragment.Payload.Length)) return Verdict.Unwanted;
        if (!slot.Add(offset, isLast, header, fragment.Payload))
        {
            GiveUp(slot, DropReason.GuestUnwanted);
            return Verdict.Unwanted;
        }

        HeldFrames++;
        if (slot.IsComplete) complete = slot;
        return Verdict.Held;
    }

    /// <summary>Books the frames of a completed datagram and frees its slot.</summary>
    public void Release(ReassemblySlot slot, Verdict verdict)
    {
        HeldFrames -= slot.Frames;
        slot.IsUsed = false;
        core.Counters.DatagramsReassembled++;
        if (verdict == Verdict.Consumed) core.Account.Consumed += slot.Frames;
        else core.Account.Drops.Add(verdict == Verdict.NotMine ? DropReason.GuestNotMine : DropReason.GuestUnwanted, slot.Frames);
    }

    public void Tick()
    {
        if (HeldFrames == 0) return;
        foreach (var slot in _slots)
        {
            if (slot is { IsUsed: true } && core.NowUs - slot.StartedUs >= TimeoutUs) GiveUp(slot, DropReason.GuestUnwanted);
        }
    }

    public long NextDueUs()
    {
        if (HeldFrames == 0) return long.MaxValue;
        var due = long.MaxValue;
        foreach (var slot in _slots)
        {
            if (slot is { IsUsed: true }) due = Math.Min(due, slot.StartedUs + TimeoutUs);
        }

        return due;
    }

    public void Clear()
    {
        foreach (var slot in _slots)
        {
            if (slot is { IsUsed: true }) GiveUp(slot, DropReason.PartStopped);
        }
    }

    private ReassemblySlot Find(in IpArrival fragment, uint id)
    {
        var free = -1;
        var oldest = 0;
        for (var i = 0; i < SlotCount; i++)
        {
            var slot = _slots[i];
            if (slot is not { IsUsed: true })
            {
                free = i;
                continue;
            }

            if (slot.Id == id && slot.Protocol == fragment.Protocol && slot.Source == fragment.Source
                && slot.Destination == fragment.Destination)
            {
                return slot;
            }

            if (_slots[oldest] is not { IsUsed: true } first || slot.StartedUs < first.StartedUs) oldest = i;
        }

        if (free < 0)
        {
            GiveUp(_slots[oldest]!, DropReason.GuestUnwanted);
            free = oldest;
        }

        var opened = _slots[free] ??= new ReassemblySlot();
        opened.Open(core.NowUs);
        opened.Id = id;
        opened.Protocol = fragment.Protocol;
        opened.Source = fragment.Source;
        opened.Destination = fragment.Destination;
        opened.HopLimit = fragment.HopLimit;
        return opened;
    }

    private void GiveUp(ReassemblySlot slot, DropReason reason)
    {
        core.Account.Drops.Add(reason, slot.Frames);
        core.Counters.ReassemblyFailures++;
        HeldFrames -= slot.Frames;
        slot.IsUsed = false;
    }
}
