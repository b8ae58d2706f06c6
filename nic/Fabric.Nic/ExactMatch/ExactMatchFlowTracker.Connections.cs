using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>What SYN, FIN and RST tell of the other entries of a TCP connection.</summary>
public sealed unsafe partial class ExactMatchFlowTracker
{
    private const ushort Ends = (ushort)(TcpFlags.Fin | TcpFlags.Rst);
    private const ushort Begins = (ushort)TcpFlags.Syn;

    /// <summary>Place of the TCP flags in a key's first section, in words of 16 bits.</summary>
    private const int FlagsWord = 15;

    /// <summary>Bound entries whose connection has ended, in the order in which they were marked.</summary>
    private EntryList _ended = new();

    /// <summary>
    /// The flags of those segments that open a connection and carry its data (RFC 9293 section 3.5, with ECN RFC 3168 section 6.1.1).
    /// </summary>
    private static readonly ushort[] UsualFlags =
    [
        (ushort)TcpFlags.Ack,
        (ushort)(TcpFlags.Ack | TcpFlags.Psh),
        (ushort)TcpFlags.Syn,
        (ushort)(TcpFlags.Syn | TcpFlags.Ack),
        (ushort)(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr),
        (ushort)(TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece),
    ];

    /// <summary>Property L1.9, but for the entry of the key itself. True when that is to be marked.</summary>
    private bool Note(uint shape, Vector256<byte> head, ref FlowKey key)
    {
        if ((shape & TrackedFlow.Compact) == 0
            && !(key.NwProto == IpProtocol.Tcp && key.EthType is EtherType.Ipv4 or EtherType.Ipv6))
            return false;
        var flags = FlagsIn(shape, head);
        var isEnding = (flags & Ends) != 0;
        if (isEnding || ((flags & Begins) != 0 && EndedCount > 0)) MarkUsual(isEnding, shape, head, ref key);
        return isEnding;
    }

    /// <summary>Property L1.9, for a frame of an entry that is marked: so it is TCP.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteAgain(int entry)
    {
        var flow = Entry(entry);
        // What goes on in a connection closed by one side has neither, and may be much.
        if ((FlagsIn(flow->Shape, flow->Head) & (Ends | Begins)) != 0) NoteStored(entry);
    }

    private void NoteStored(int entry)
    {
        var flow = Entry(entry);
        LoadKey(entry, out var key);
        Note(flow->Shape & TrackedFlow.KeyBits, flow->Head, ref key);
    }

    /// <summary>TCP flags of a key, which lie in its head whatever the shape; compact forms of other protocols have none.</summary>
    private static ushort FlagsIn(uint shape, Vector256<byte> head) => (shape & TrackedFlow.Compact) != 0
        ? CompactKey.TcpFlags(head)
        : BinaryPrimitives.ReverseEndianness(head.AsUInt16().GetElement(FlagsWord));

    private static Vector256<byte> WithFlags(uint shape, Vector256<byte> head, ushort flags) => (shape & TrackedFlow.Compact) != 0
        ? CompactKey.WithTcpFlags(head, flags)
        : head.AsUInt16().WithElement(FlagsWord, BinaryPrimitives.ReverseEndianness(flags)).AsByte();

    /// <summary>No key is made for them, since the flags lie in the head. All buckets are sent for before the first is read.</summary>
    private void MarkUsual(bool isEnded, uint shape, Vector256<byte> head, ref FlowKey key)
    {
        Span<uint> hashes = stackalloc uint[UsualFlags.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = Hash(shape, WithFlags(shape, head, UsualFlags[i]), ref key);
            Prefetch(Bucket(HomeBucket(hashes[i])));
        }

        for (var i = 0; i < hashes.Length; i++)
        {
            var other = Find(shape, WithFlags(shape, head, UsualFlags[i]), ref key, hashes[i]);
            if (other >= 0) Mark(other, isEnded);
        }
    }

    private void Mark(int entry, bool isEnded)
    {
        var flow = Entry(entry);
        if ((flow->Shape & TrackedFlow.Ended) != 0 == isEnded) return;
        flow->Shape ^= TrackedFlow.Ended;
        EndedCount += isEnded ? 1 : -1;
        // A pending entry has a list of its own, and comes to this one when it is bound.
        if (flow->PolicySlot == TrackedFlow.NoPolicy) return;
        if (isEnded) Append(ref _ended, entry);
        else Unlink(ref _ended, entry);
    }

    /// <summary>One of <paramref name="candidates"/> whose connection has ended, or -1.</summary>
    private int EndedAmong(ReadOnlySpan<int> candidates)
    {
        foreach (var entry in candidates)
            if ((Entry(entry)->Shape & TrackedFlow.Ended) != 0) return entry;
        return -1;
    }
}
