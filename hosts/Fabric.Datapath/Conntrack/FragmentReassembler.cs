using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>
/// Holds fragments back until their packet is whole, so that it can be tracked as one, and then lets the fragments themselves go on with
/// what was found (OVS <c>lib/ipf.c</c>). Nothing is ever joined on the wire: who sent fragments sees the same fragments leave, only with
/// translated headers.
/// <list type="number">
/// <item>R1: a frame taken leaves exactly once: with its packet, as invalid when time is up, or dropped when nobody came to take it.</item>
/// <item>R2: at most <see cref="MaxFragments"/> are held; what is beyond is invalid at once.</item>
/// <item>R3: overlapping, damaged and (but for the last) small fragments are never held.</item>
/// </list>
/// </summary>
public sealed class FragmentReassembler
{
    /// <summary>How long the first fragment of a packet waits for the others.</summary>
    public const int TimeoutMs = 15_000;

    /// <summary>How long after that somebody may still come and take the fragments.</summary>
    public const int PurgeAfterMs = 10_000;

    /// <summary>Most fragments held, by default and at all.</summary>
    public const uint DefaultMaxFragments = 1000, HighestMaxFragments = 5000;

    /// <summary>Smallest permitted setting of a minimum size.</summary>
    public const uint LowestMinSize = 400;

    /// <summary>Frames that a pass through <c>ct</c> lets out, the passing one included (OVS: <c>NETDEV_MAX_BURST</c>).</summary>
    private const int BurstSize = 32;
    private const int MaxPacketSize = 65_535;
    private const int MaxHeaderSizeV4 = 60;

    private readonly Dictionary<FragmentKey, FragmentList> _lists = [];
    private readonly LinkedList<FragmentList> _waiting = [];
    private readonly LinkedList<FragmentList> _complete = [];
    private readonly IpVersion _v4 = new() { MinSize = 1200 };
    private readonly IpVersion _v6 = new() { MinSize = 1280 };
    private byte[] _whole = [];

    private sealed class IpVersion
    {
        public bool IsEnabled = true;
        public uint MinSize;
        public long Accepted, CompletedSent, ExpiredSent, TooSmall, Overlapping, Purged;

        public FragmentStatus Status => new(IsEnabled, MinSize, Accepted, CompletedSent, ExpiredSent, TooSmall, Overlapping, Purged);
    }

    public uint MaxFragments { get; private set; } = DefaultMaxFragments;

    /// <summary>Frames held now.</summary>
    public int HeldCount { get; private set; }

    public FragmentStatus StatusV4 => _v4.Status;

    public FragmentStatus StatusV6 => _v6.Status;

    public void SetEnabled(bool isIpv6, bool isEnabled) => Of(isIpv6).IsEnabled = isEnabled;

    /// <summary>False below <see cref="LowestMinSize"/>.</summary>
    public bool TrySetMinSize(bool isIpv6, uint size)
    {
        if (size < LowestMinSize) return false;
        Of(isIpv6).MinSize = size;
        return true;
    }

    /// <summary>False above <see cref="HighestMaxFragments"/>.</summary>
    public bool TrySetMaxFragments(uint count)
    {
        if (count > HighestMaxFragments) return false;
        MaxFragments = count;
        return true;
    }

    /// <summary>
    /// Sends a frame through connection tracking. False when the frame is held back; it is then no longer the caller's.
    /// </summary>
    /// <param name="released">Gets frames that were held and now go on with the caller, in order.</param>
    /// <param name="dropped">Gets frames that nobody came for in time.</param>
    public bool Track(Frame frame, ConnectionTracker tracker, CtOperand ct, long nowMs, List<Frame> released, List<Frame> dropped)
    {
        var packet = TrackedPacket.Of(frame.Bytes);
        var isIpv6 = packet.EthType == EtherType.Ipv6;
        var isTaken = (_v4.IsEnabled || _v6.IsEnabled) && IsFragment(frame, ref packet, isIpv6)
            && TryTake(frame, in packet, isIpv6, tracker, ct, nowMs);
        if (!isTaken) tracker.Track(frame.Bytes, ref frame.Metadata.Conntrack, ct, nowMs);
        if (HeldCount > 0) Release(isIpv6, isTaken ? BurstSize : BurstSize - 1, nowMs, released, dropped);
        return !isTaken;
    }

    /// <summary>Gives up what nobody came for; the frames are the caller's to end.</summary>
    public void Purge(long nowMs, List<Frame> dropped)
    {
        foreach (var lists in (LinkedList<FragmentList>[])[_waiting, _complete])
        {
            for (var node = lists.First; node is not null;)
            {
                var next = node.Next;
                if (nowMs >= node.Value.ExpiresMs + PurgeAfterMs) Give(lists, node, dropped);
                node = next;
            }
        }
    }

    /// <summary>Lets everything go, when the datapath ends.</summary>
    public void TakeAll(List<Frame> held)
    {
        foreach (var lists in (LinkedList<FragmentList>[])[_waiting, _complete])
            while (lists.First is { } node) Give(lists, node, held);
    }

    /// <summary>Packets of which something is held, as <c>dpctl/ipf-get-status -m</c> prints them.</summary>
    public IEnumerable<string> Describe() => _lists.Values.Select(FragmentText.Describe);

    private void Give(LinkedList<FragmentList> lists, LinkedListNode<FragmentList> node, List<Frame> to)
    {
        while (node.Value.HeldCount > 0)
        {
            Of(node.Value.Key.EthType == EtherType.Ipv6).Purged++;
            HeldCount--;
            to.Add(node.Value.TakeNext());
        }

        lists.Remove(node);
        _lists.Remove(node.Value.Key);
    }

    private IpVersion Of(bool isIpv6) => isIpv6 ? _v6 : _v4;

    /// <summary>A fragment fit to be held. One that is damaged or too small is marked invalid.</summary>
    private bool IsFragment(Frame frame, ref TrackedPacket packet, bool isIpv6)
    {
        if (packet.Layer3 < 0) return false;
        var ip = frame.Bytes[packet.Layer3..packet.End];
        bool isLast;
        if (packet.EthType == EtherType.Ipv4)
        {
            if (ip.Length < 20) return Refuse(frame);
            var field = ReadUInt16BigEndian(ip[6..]);
            if ((field & 0x3fff) == 0) return false;
            // Without layer 4 the header's own lengths are wrong.
            if (packet.Layer4 < 0 || InternetChecksum.Compute(ip[..(packet.Layer4 - packet.Layer3)]) != 0) return Refuse(frame);
            isLast = (field & 0x2000) == 0;
        }
        else if (isIpv6)
        {
            if (packet.Layer4 < 0) return Refuse(frame);
            if (packet.FragmentHeader < 0) return false;
            var field = ReadUInt16BigEndian(frame.Bytes[(packet.FragmentHeader + 2)..]);
            if ((field & 0xfff9) == 0) return false;
            isLast = (field & 1) == 0;
        }
        else
        {
            return false;
        }

        var version = Of(isIpv6);
        if (isLast || (uint)ip.Length >= version.MinSize) return true;
        version.TooSmall++;
        return Refuse(frame);
    }

    private static bool Refuse(Frame frame)
    {
        frame.Metadata.Conntrack.State = (byte)CtState.Invalid;
        return false;
    }

    private bool TryTake(Frame frame, in TrackedPacket packet, bool isIpv6, ConnectionTracker tracker, CtOperand ct, long nowMs)
    {
        var version = Of(isIpv6);
        if (!version.IsEnabled || HeldCount >= MaxFragments) return false;
        var key = ReadKey(frame, in packet, ct.Zone, out var start, out var end, out var isFirst, out var isLast);
        if (!_lists.TryGetValue(key, out var list))
        {
            list = new FragmentList(key, nowMs + TimeoutMs);
            _lists.Add(key, list);
            _waiting.AddLast(list);
        }
        else if (list.IsClosed || list.Fragments.Count >= MaxInPacket(isIpv6))
        {
            return false;
        }

        if (list.Overlaps(start, end))
        {
            version.Overlapping++;
            return Refuse(frame);
        }

        list.Add(new FragmentList.Fragment(frame, packet, start, end), isFirst, isLast);
        HeldCount++;
        version.Accepted++;
        if (!list.IsComplete()) return true;
        list.IsClosed = true;
        if (!TryJoin(list, isIpv6, out var size)) return true;
        TrackWhole(list, size, isIpv6, tracker, ct, nowMs);
        _waiting.Remove(list);
        _complete.AddLast(list);
        return true;
    }

    private int MaxInPacket(bool isIpv6)
    {
        if (isIpv6) return MaxPacketSize;
        var least = (int)_v4.MinSize - MaxHeaderSizeV4;
        return (MaxPacketSize - MaxHeaderSizeV4 + least - 1) / least;
    }

    private static FragmentKey ReadKey(
        Frame frame, in TrackedPacket packet, ushort zone, out ushort start, out ushort end, out bool isFirst, out bool isLast)
    {
        var ip = frame.Bytes[packet.Layer3..packet.End];
        var size = packet.End - packet.Layer4;
        if (packet.EthType == EtherType.Ipv4)
        {
            var field = ReadUInt16BigEndian(ip[6..]);
            var hasMore = (field & 0x2000) != 0;
            start = (ushort)((field & 0x1fff) * 8);
            (isFirst, isLast) = (start == 0 && hasMore, start != 0 && !hasMore);
            end = (ushort)(start + size - 1);
            return new FragmentKey(ReadUInt32BigEndian(ip[12..]), ReadUInt32BigEndian(ip[16..]), frame.Metadata.RecircId,
                ReadUInt16BigEndian(ip[4..]), packet.EthType, zone, ip[9]);
        }

        var header = frame.Bytes[packet.FragmentHeader..];
        var offset = ReadUInt16BigEndian(header[2..]);
        start = (ushort)((offset & 0xfff8) + 8);
        end = (ushort)(start + size - 1);
        (isFirst, isLast) = ((offset & 0xfff8) == 0 && (offset & 1) != 0, (offset & 0xfff8) != 0 && (offset & 1) == 0);
        return new FragmentKey(ReadUInt128BigEndian(ip[8..]), ReadUInt128BigEndian(ip[24..]), frame.Metadata.RecircId,
            ReadUInt32BigEndian(header[4..]), packet.EthType, zone, 0);
    }

    /// <summary>Makes the whole packet of the fragments; false when it would be longer than a packet can be.</summary>
    private bool TryJoin(FragmentList list, bool isIpv6, out int size)
    {
        var fragments = list.Fragments;
        var first = fragments[0];
        var rest = fragments[^1].End - fragments[1].Start + 1;
        size = first.Packet.End + rest;
        var ipSize = first.Packet.End - first.Packet.Layer3 + rest - (isIpv6 ? 40 + 8 : 0);
        if (ipSize > MaxPacketSize) return false;
        if (_whole.Length < size) _whole = new byte[size];
        first.Frame.Bytes[..first.Packet.End].CopyTo(_whole);
        var at = first.Packet.End;
        for (var i = 1; i < fragments.Count; i++)
        {
            var part = fragments[i].Frame.Bytes[fragments[i].Packet.Layer4..fragments[i].Packet.End];
            part.CopyTo(_whole.AsSpan(at));
            at += part.Length;
        }

        var ip = _whole.AsSpan(first.Packet.Layer3);
        if (isIpv6)
        {
            var proto = ip[6];
            var layer4 = first.Packet.Layer3 + 40;
            if (!Ipv6Chain.TrySkip(_whole.AsSpan(0, size), ref layer4, ref proto, out var fragment) || fragment < 0) return false;
            WriteUInt16BigEndian(_whole.AsSpan(fragment + 2), 0);
            WriteUInt16BigEndian(ip[4..], (ushort)ipSize);
            ip[6] = proto;
            return true;
        }

        var field = ReadUInt16BigEndian(ip[6..]);
        var sum = InternetChecksum.Update(ReadUInt16BigEndian(ip[10..]), field, (ushort)(field & ~0x2000));
        WriteUInt16BigEndian(ip[10..], InternetChecksum.Update(sum, ReadUInt16BigEndian(ip[2..]), (ushort)ipSize));
        WriteUInt16BigEndian(ip[2..], (ushort)ipSize);
        WriteUInt16BigEndian(ip[6..], (ushort)(field & ~0x2000));
        return true;
    }

    /// <summary>Tracks the whole packet, and gives its fragments what was found, and its addresses and ports.</summary>
    private void TrackWhole(FragmentList list, int size, bool isIpv6, ConnectionTracker tracker, CtOperand ct, long nowMs)
    {
        var first = list.Fragments[0];
        var packet = first.Packet;
        packet.End = size;
        var metadata = first.Frame.Metadata.Conntrack;
        tracker.Track(_whole.AsSpan(0, size), in packet, ref metadata, ct, nowMs);
        var layer4 = first.Frame.Bytes[first.Packet.Layer4..first.Packet.End];
        _whole.AsSpan(packet.Layer4, layer4.Length).CopyTo(layer4);
        var whole = _whole.AsSpan(packet.Layer3);
        foreach (var fragment in list.Fragments)
        {
            ref var own = ref fragment.Frame.Metadata.Conntrack;
            var connection = own.Connection;
            own = metadata;
            own.Connection = connection;
            var ip = fragment.Frame.Bytes[fragment.Packet.Layer3..];
            if (!isIpv6)
            {
                var sum = ReadUInt16BigEndian(ip[10..]);
                sum = InternetChecksum.Update(sum, ReadUInt32BigEndian(ip[12..]), ReadUInt32BigEndian(whole[12..]));
                sum = InternetChecksum.Update(sum, ReadUInt32BigEndian(ip[16..]), ReadUInt32BigEndian(whole[16..]));
                WriteUInt16BigEndian(ip[10..], sum);
            }

            var (offset, length) = isIpv6 ? (8, 32) : (12, 8);
            whole.Slice(offset, length).CopyTo(ip[offset..]);
        }
    }

    /// <summary>Fragments of whole packets, as many as go with one pass; then those of one packet whose time is up.</summary>
    private void Release(bool isIpv6, int room, long nowMs, List<Frame> released, List<Frame> dropped)
    {
        while (_complete.First is { } node)
        {
            if (nowMs >= node.Value.ExpiresMs + PurgeAfterMs) Give(_complete, node, dropped);
            else if (!TrySend(_complete, node, ref room, ref Of(isIpv6).CompletedSent, released)) return;
        }

        if (_waiting.First is not { } oldest || nowMs <= oldest.Value.ExpiresMs) return;
        if (nowMs >= oldest.Value.ExpiresMs + PurgeAfterMs)
        {
            Give(_waiting, oldest, dropped);
            return;
        }

        var begin = released.Count;
        TrySend(_waiting, oldest, ref room, ref Of(isIpv6).ExpiredSent, released);
        for (var i = begin; i < released.Count; i++) released[i].Metadata.Conntrack.State = (byte)CtState.Invalid;
    }

    /// <summary>False when there was no room for all of them; the others go with the next pass.</summary>
    private bool TrySend(
        LinkedList<FragmentList> lists, LinkedListNode<FragmentList> node, ref int room, ref long counter, List<Frame> released)
    {
        for (; node.Value.HeldCount > 0 && room > 0; room--)
        {
            HeldCount--;
            counter++;
            released.Add(node.Value.TakeNext());
        }

        if (node.Value.HeldCount > 0) return false;
        lists.Remove(node);
        _lists.Remove(node.Value.Key);
        return true;
    }
}
