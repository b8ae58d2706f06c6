using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>
/// The TCP state machine with its window checks (OVS <c>lib/conntrack-tcp.c</c>). Sequence numbers are compared modulo 2³², so all of
/// this is arithmetic that wraps.
/// </summary>
internal static class TcpTracker
{
    private const int MaxScale = 14;

    /// <summary>How far an acknowledgement may lie behind: the largest unscaled window and some.</summary>
    private const int MaxAckWindow = 0xffff + 1500;

    /// <param name="tcp">The segment, header and payload, without padding.</param>
    public static bool MayBegin(ReadOnlySpan<byte> tcp)
    {
        var flags = FlagsOf(tcp);
        // A whole opening or the middle of something old, but not half an opening.
        return !HasImpossibleFlags(flags) && (flags & (TcpFlags.Syn | TcpFlags.Ack)) != (TcpFlags.Syn | TcpFlags.Ack);
    }

    public static CtTimeout Begin(Connection connection, ReadOnlySpan<byte> tcp)
    {
        ref var source = ref connection.Originator;
        ref var destination = ref connection.Responder;
        source = default;
        destination = default;
        var flags = FlagsOf(tcp);
        source.SequenceLow = ReadUInt32BigEndian(tcp[4..]);
        source.SequenceHigh = source.SequenceLow + (uint)PayloadSize(tcp) + 1;
        if ((flags & TcpFlags.Syn) != 0)
        {
            source.SequenceHigh++;
            source.Scale = ReadScale(tcp);
        }
        else
        {
            source.Scale = TcpPeer.ScaleUnknown;
            destination.Scale = TcpPeer.ScaleUnknown;
        }

        source.MaxWindow = Math.Max(ReadUInt16BigEndian(tcp[14..]), (ushort)1);
        if (source.Shift != 0) source.MaxWindow = Unscale(source.MaxWindow, source.Shift);
        if ((flags & TcpFlags.Fin) != 0) source.SequenceHigh++;
        destination.SequenceHigh = 1;
        destination.MaxWindow = 1;
        source.State = TcpConnectionState.SynSent;
        destination.State = TcpConnectionState.Closed;
        return CtTimeout.TcpFirstPacket;
    }

    /// <param name="timeout">Which time-out begins now; null leaves the running one.</param>
    public static UpdateResult Update(
        Connection connection, ReadOnlySpan<byte> tcp, bool isReply, bool checksSequence, out CtTimeout? timeout)
    {
        timeout = null;
        ref var source = ref isReply ? ref connection.Responder : ref connection.Originator;
        ref var destination = ref isReply ? ref connection.Originator : ref connection.Responder;
        var flags = FlagsOf(tcp);
        if (HasImpossibleFlags(flags)) return UpdateResult.Invalid;

        if ((flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn)
        {
            if (destination.State >= TcpConnectionState.FinWait2 && source.State >= TcpConnectionState.FinWait2)
            {
                source.State = destination.State = TcpConnectionState.Closed;
                return UpdateResult.BeginsAnew;
            }

            if (source.State <= TcpConnectionState.SynSent)
            {
                source.State = TcpConnectionState.SynSent;
                timeout = CtTimeout.TcpFirstPacket;
                return UpdateResult.ValidNew;
            }
        }

        var segment = Read(tcp, flags, ref source, ref destination);
        if (IsInWindow(in segment, in source, in destination) || !checksSequence)
        {
            Advance(in segment, ref source, ref destination);
            Move(flags, ref source, ref destination);
            timeout = TimeoutOf(source.State, destination.State);
            return UpdateResult.Valid;
        }

        if (!IsNearWindow(in segment, in source, in destination)) return UpdateResult.Invalid;
        // A shotgun SYN, a connection picked up in the middle, or the noise behind a close: believed, but it earns no more time.
        Advance(in segment, ref source, ref destination);
        if ((flags & TcpFlags.Fin) != 0 && source.State < TcpConnectionState.Closing) source.State = TcpConnectionState.Closing;
        if ((flags & TcpFlags.Rst) != 0) source.State = destination.State = TcpConnectionState.TimeWait;
        return UpdateResult.Valid;
    }

    public static CtTcpInfo Describe(Connection connection)
    {
        var (a, b) = (connection.Originator, connection.Responder);
        return new CtTcpInfo(a.State, b.State, (byte)a.Shift, (byte)b.Shift, DumpFlags(a), DumpFlags(b));
    }

    private static byte DumpFlags(TcpPeer peer) => (byte)(
        ((peer.Scale & TcpPeer.ScaleKnown) != 0 ? 1 : 0) | ((peer.Scale & TcpPeer.ScaleUnknown) != 0 ? 8 : 0));

    /// <summary>A segment's numbers as the checks want them.</summary>
    private struct Segment
    {
        public TcpFlags Flags;
        public uint Sequence;

        /// <summary>As sent, before restrictions are eased.</summary>
        public uint SentSequence;
        public uint End;
        public uint Ack;
        public ushort Window;
        public int SourceShift;
        public int DestinationShift;
        public int AckSkew;
    }

    private static Segment Read(ReadOnlySpan<byte> tcp, TcpFlags flags, ref TcpPeer source, ref TcpPeer destination)
    {
        var segment = new Segment { Flags = flags, Window = ReadUInt16BigEndian(tcp[14..]) };
        if ((flags & TcpFlags.Syn) == 0)
        {
            if ((source.Scale & destination.Scale & TcpPeer.ScaleKnown) != 0)
                (segment.SourceShift, segment.DestinationShift) = (source.Shift, destination.Shift);
            else if ((source.Scale & destination.Scale & TcpPeer.ScaleUnknown) != 0)
                (segment.SourceShift, segment.DestinationShift) = (MaxScale, MaxScale);
        }

        segment.SentSequence = segment.Sequence = ReadUInt32BigEndian(tcp[4..]);
        segment.Ack = ReadUInt32BigEndian(tcp[8..]);
        segment.End = segment.Sequence + (uint)PayloadSize(tcp);
        if ((flags & TcpFlags.Syn) != 0) segment.End++;
        if ((flags & TcpFlags.Fin) != 0) segment.End++;
        var checksSkew = true;
        if (source.State < TcpConnectionState.SynSent) checksSkew = !Meet(ref segment, tcp, ref source, ref destination);

        // Without ACK there is nothing to acknowledge; and broken stacks answer a lost SYN with an acknowledgement of 0.
        if ((flags & TcpFlags.Ack) == 0) segment.Ack = destination.SequenceLow;
        else if (segment.Ack == 0 && (flags & (TcpFlags.Ack | TcpFlags.Rst)) == (TcpFlags.Ack | TcpFlags.Rst))
            segment.Ack = destination.SequenceLow;
        // Without data the sequence number need not be right.
        if (segment.Sequence == segment.End) segment.Sequence = segment.End = source.SequenceLow;
        segment.AckSkew = checksSkew ? (int)(destination.SequenceLow - segment.Ack) : 0;
        return segment;
    }

    /// <summary>The first segment from this end; true when its acknowledgement is to be believed as it is.</summary>
    private static bool Meet(ref Segment segment, ReadOnlySpan<byte> tcp, ref TcpPeer source, ref TcpPeer destination)
    {
        if ((segment.Flags & TcpFlags.Syn) != 0 && (destination.Scale & TcpPeer.ScaleKnown) != 0)
        {
            source.Scale = ReadScale(tcp);
            if ((source.Scale & TcpPeer.ScaleKnown) != 0)
            {
                segment.SourceShift = source.Shift;
                segment.Window = Unscale(segment.Window, segment.SourceShift);
                segment.DestinationShift = destination.Shift;
            }
            else
            {
                destination.MaxWindow = (ushort)(destination.MaxWindow << destination.Shift);
                destination.Scale = 0;
            }
        }

        source.SequenceLow = segment.Sequence;
        source.State = TcpConnectionState.SynSent;
        var isSlid = false;
        var room = segment.End + (uint)Math.Max(1, destination.MaxWindow << segment.DestinationShift);
        if (source.SequenceHigh == 1 || IsAtLeast(room, source.SequenceHigh))
        {
            source.SequenceHigh = room;
            isSlid = true;
        }

        if (segment.Window > source.MaxWindow) source.MaxWindow = segment.Window;
        return isSlid;
    }

    private static bool IsInWindow(in Segment s, in TcpPeer source, in TcpPeer destination) =>
        IsAtLeast(source.SequenceHigh, s.End)
        && IsAtLeast(s.Sequence, source.SequenceLow - (uint)(destination.MaxWindow << s.DestinationShift))
        && s.AckSkew >= -MaxAckWindow
        && s.AckSkew <= MaxAckWindow << s.SourceShift
        && ((s.Flags & TcpFlags.Rst) == 0 || s.SentSequence == source.SequenceLow || s.SentSequence == source.SequenceLow + 1
            || s.SentSequence + 1 == source.SequenceLow);

    private static bool IsNearWindow(in Segment s, in TcpPeer source, in TcpPeer destination) =>
        (destination.State < TcpConnectionState.SynSent || destination.State >= TcpConnectionState.FinWait2
            || source.State >= TcpConnectionState.FinWait2)
        && IsAtLeast(source.SequenceHigh + MaxAckWindow, s.End)
        && IsAtLeast(s.Sequence, source.SequenceLow - MaxAckWindow);

    private static void Advance(in Segment s, ref TcpPeer source, ref TcpPeer destination)
    {
        if (source.MaxWindow < s.Window) source.MaxWindow = s.Window;
        if ((int)(s.End - source.SequenceLow) > 0) source.SequenceLow = s.End;
        var window = s.Window << s.SourceShift;
        if (IsAtLeast(s.Ack + (uint)window, destination.SequenceHigh)) destination.SequenceHigh = s.Ack + (uint)Math.Max(window, 1);
    }

    private static void Move(TcpFlags flags, ref TcpPeer source, ref TcpPeer destination)
    {
        if ((flags & TcpFlags.Syn) != 0 && source.State < TcpConnectionState.SynSent) source.State = TcpConnectionState.SynSent;
        if ((flags & TcpFlags.Fin) != 0 && source.State < TcpConnectionState.Closing) source.State = TcpConnectionState.Closing;
        if ((flags & TcpFlags.Ack) != 0)
        {
            if (destination.State == TcpConnectionState.SynSent) destination.State = TcpConnectionState.Established;
            else if (destination.State == TcpConnectionState.Closing) destination.State = TcpConnectionState.FinWait2;
        }

        if ((flags & TcpFlags.Rst) != 0) source.State = destination.State = TcpConnectionState.TimeWait;
    }

    private static CtTimeout TimeoutOf(TcpConnectionState a, TcpConnectionState b)
    {
        if (a >= TcpConnectionState.FinWait2 && b >= TcpConnectionState.FinWait2) return CtTimeout.TcpClosed;
        if (a >= TcpConnectionState.Closing && b >= TcpConnectionState.Closing) return CtTimeout.TcpFinWait;
        if (a < TcpConnectionState.Established || b < TcpConnectionState.Established) return CtTimeout.TcpOpening;
        return a >= TcpConnectionState.Closing || b >= TcpConnectionState.Closing ? CtTimeout.TcpClosing : CtTimeout.TcpEstablished;
    }

    private static bool HasImpossibleFlags(TcpFlags flags)
    {
        if ((flags & TcpFlags.Syn) != 0 ? (flags & (TcpFlags.Rst | TcpFlags.Fin)) != 0 : (flags & (TcpFlags.Ack | TcpFlags.Rst)) == 0)
            return true;
        return (flags & TcpFlags.Ack) == 0 && (flags & (TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg)) != 0;
    }

    private static TcpFlags FlagsOf(ReadOnlySpan<byte> tcp) => (TcpFlags)(ReadUInt16BigEndian(tcp[12..]) & 0xfff);

    private static int PayloadSize(ReadOnlySpan<byte> tcp)
    {
        var headerSize = (tcp[12] >> 4) * 4;
        return headerSize >= 20 && headerSize <= tcp.Length ? tcp.Length - headerSize : 0;
    }

    private static ushort Unscale(ushort window, int shift) => (ushort)((window + (1u << shift) - 1) >> shift);

    private static bool IsAtLeast(uint a, uint b) => (int)(a - b) >= 0;

    /// <summary>The window scale option, at most 14 (RFC 7323 section 2.3), with <see cref="TcpPeer.ScaleKnown"/>; 0 without one.</summary>
    private static byte ReadScale(ReadOnlySpan<byte> tcp)
    {
        const byte endOfList = 0, padding = 1, windowScale = 3;
        var options = tcp[20..Math.Max(20, Math.Min(tcp.Length, (tcp[12] >> 4) * 4))];
        byte scale = 0;
        while (options.Length >= 3)
        {
            var kind = options[0];
            if (kind == endOfList) break;
            if (kind == padding)
            {
                options = options[1..];
                continue;
            }

            if (kind == windowScale) scale = (byte)(Math.Min(options[2], (byte)MaxScale) | TcpPeer.ScaleKnown);
            options = options[Math.Min(options.Length, Math.Max((byte)2, options[1]))..];
        }

        return scale;
    }
}
