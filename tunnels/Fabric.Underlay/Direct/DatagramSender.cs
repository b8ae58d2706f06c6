using System.Runtime.InteropServices;
using Fabric.Underlay.Native;
using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>
/// Sends batches: groups them, then one <c>sendmmsg</c> per socket and option set, each message a single datagram or a group that the
/// kernel segments (UDP_SEGMENT). Every frame is booked once, as sent or by its reason. Used under the underlay's send lock.
/// </summary>
internal sealed unsafe class DatagramSender(UnderlayOptions options, UnderlayCounters counters) : IDisposable
{
    /// <summary>Smallest group for which a computed checksum is preferred to the zero asked for.</summary>
    private const int MinGroupWithoutChecksum = 4;
    private const int MaxErrorRetries = 3;
    private const int ErrorDrain = 16;
    private const int Capacity = FrameBatch.Capacity;

    private readonly MessageHeader* _messages = (MessageHeader*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(MessageHeader));
    private readonly SocketAddress* _names = (SocketAddress*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(SocketAddress));
    private readonly IoVector* _vectors = (IoVector*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(IoVector));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(Capacity, ControlMessages.MaxSize);
    private readonly MessageHeader* _errors = (MessageHeader*)NativeMemory.AllocZeroed(ErrorDrain, (nuint)sizeof(MessageHeader));
    private readonly SendPlan _plan = new();
    private readonly int[] _inMessage = new int[Capacity];

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_names);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_control);
        NativeMemory.Free(_errors);
    }

    public void Send(Vtep vtep, FrameBatch batch)
    {
        _plan.Clear();
        var segments = options.UsesSegmentation && counters.HasSegmentation;
        for (var i = 0; i < batch.Count; i++)
        {
            ref var datagram = ref _plan[i];
            if (!OuterDatagram.TryParse(batch[i].Bytes, out datagram, out var reason))
            {
                counters.Sent.Drops.Add(reason);
            }
            else if (datagram.Source != vtep.Address || datagram.Target.Destination.IsIpv4 != vtep.Address.IsIpv4)
            {
                counters.Sent.Drops.Add(DropReason.SendFailed);
            }
            else
            {
                _plan.Add(i, segments && (datagram.Target.HasChecksum || !options.KeepsZeroChecksum));
            }
        }

        for (var g = 0; g < _plan.Groups.Length; g++)
        {
            var group = _plan.Groups[g];
            if (group.Count > 1 && group.Count < MinGroupWithoutChecksum && !group.Target.HasChecksum) _plan.Split(g);
        }

        SendGroups(vtep, batch);
    }

    private void SendGroups(Vtep vtep, FrameBatch batch)
    {
        for (var g = 0; g < _plan.Groups.Length; g++)
        {
            ref var group = ref _plan.Groups[g];
            if (group.IsSent) continue;
            var index = vtep.IndexOf(group.Target.SourcePort);
            var socket = vtep.TrySocket(index, counters);
            if (socket is null)
            {
                Drop(g, DropReason.SendFailed);
                continue;
            }

            var noCheck = NeedsNoCheck(group);
            var dontFragment = group.Target.DontFragment;
            var messages = 0;
            var vectors = 0;
            for (var h = g; h < _plan.Groups.Length; h++)
            {
                ref var other = ref _plan.Groups[h];
                if (other.IsSent || vtep.IndexOf(other.Target.SourcePort) != index) continue;

                // A flow keeps one source port, hence one socket: stopping here keeps its packets in order.
                if (other.Target.DontFragment != dontFragment || NeedsNoCheck(other) != noCheck) break;
                Fill(messages, ref vectors, h, batch);
                _inMessage[messages++] = h;
            }

            socket.Choose(dontFragment, noCheck);
            SendMessages(socket, messages);

            // The kernel refused this group: it stands here split up.
            if (!_plan.Groups[g].IsSent) g--;
        }
    }

    private static bool NeedsNoCheck(in SendGroup group) => !group.Target.HasChecksum && group.Count == 1;

    private void Fill(int message, ref int vectors, int group, FrameBatch batch)
    {
        ref var source = ref _plan.Groups[group];
        source.IsSent = true;
        _names[message] = SocketAddress.Of(source.Target.Destination, source.Target.DestinationPort);
        var first = vectors;
        for (var i = source.First; i >= 0; i = _plan.Next(i))
        {
            ref var datagram = ref _plan[i];
            var frame = batch[i];

            // Buffers of a pool are pinned for life.
            _vectors[vectors].Base = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(frame.Buffer, frame.Offset + datagram.PayloadOffset);
            _vectors[vectors++].Size = (nuint)datagram.PayloadSize;
        }

        var control = _control + message * ControlMessages.MaxSize;
        var (level, ttl, tos) = source.Target.Destination.IsIpv4
            ? (Linux.LevelIpv4, Linux.Ttl, Linux.Tos)
            : (Linux.LevelIpv6, Linux.HopLimit, Linux.TrafficClass);
        var end = ControlMessages.Write(control, level, ttl, (int)source.Target.Ttl);
        end = ControlMessages.Write(end, level, tos, (int)source.Target.Tos);
        if (source.Count > 1) end = ControlMessages.Write(end, Linux.LevelUdp, Linux.Segment, (ushort)source.SegmentSize);
        _messages[message] = new MessageHeader
        {
            Name = _names + message,
            NameSize = _names[message].Size,
            Vectors = _vectors + first,
            VectorCount = (nuint)(vectors - first),
            Control = control,
            ControlSize = (nuint)(end - control),
        };
    }

    private void SendMessages(UdpSocket socket, int count)
    {
        var at = 0;
        var retries = 0;
        while (at < count)
        {
            var sent = Libc.SendMany(socket.Fd, _messages + at, (uint)(count - at), Linux.DontWait);
            counters.SendCalls++;
            if (sent > 0)
            {
                for (var end = at + sent; at < end; at++) BookSent(_plan.Groups[_inMessage[at]].Count);
                retries = 0;

                // sendmmsg keeps the error that stopped it to itself when something was sent before.
                if (at < count) counters.IcmpErrors += Drain(socket);
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Linux.Interrupted:
                    continue;
                case Linux.TryAgain or Linux.NoBufferSpace:
                    for (; at < count; at++) Drop(_inMessage[at], DropReason.UnderlayQueueFull);
                    return;
                case Linux.InvalidArgument or Linux.MessageSize when _plan.Groups[_inMessage[at]].Count > 1:
                    counters.SegmentationRefusals++;
                    for (var i = at; i < count; i++) _plan.Groups[_inMessage[i]].IsSent = false;
                    _plan.Split(_inMessage[at]);
                    return;
                case Linux.MessageSize:
                    // The kernel leaves a note of this in the error queue, too.
                    Drain(socket);
                    Drop(_inMessage[at++], DropReason.MtuExceeded);
                    continue;
                case Linux.ConnectionRefused or Linux.HostUnreachable or Linux.NetworkUnreachable or Linux.HostDown
                    when retries++ < MaxErrorRetries:
                    // An ICMP error of an earlier datagram is reported here; this one has not been tried.
                    counters.IcmpErrors += Drain(socket);
                    continue;
                default:
                    Drop(_inMessage[at++], DropReason.SendFailed);
                    retries = 0;
                    continue;
            }
        }
    }

    private void BookSent(int datagrams)
    {
        counters.Sent.Out += datagrams;
        if (datagrams > 1) counters.SegmentedDatagrams += datagrams;
    }

    private void Drop(int group, DropReason reason)
    {
        _plan.Groups[group].IsSent = true;
        counters.Sent.Drops.Add(reason, _plan.Groups[group].Count);
    }

    /// <summary>Empties the socket's error queue and tells how many errors it held.</summary>
    private int Drain(UdpSocket socket)
    {
        // No room for data or address is offered: only the number of errors is of interest.
        new Span<MessageHeader>(_errors, ErrorDrain).Clear();
        var errors = 0;
        int drained;
        do
        {
            drained = Libc.ReceiveMany(socket.Fd, _errors, ErrorDrain, Linux.ErrorQueue | Linux.DontWait, null);
            errors += Math.Max(0, drained);
        }
        while (drained == ErrorDrain);
        return errors;
    }
}
