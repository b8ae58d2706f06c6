using System.Runtime.InteropServices;
using Fabric.Underlay.Native;
using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>
/// Reads datagrams and puts the outer headers before them again, from what the kernel tells: addresses, ports, TTL and TOS are real; the
/// identification, DF and flow label are not told and are zero, as is the UDP checksum, which the kernel has verified. Coalesced buffers
/// (UDP_GRO) are cut into the datagrams that were sent. Runs on the receive thread alone.
/// </summary>
internal sealed unsafe class DatagramReceiver : IDisposable
{
    private const int MessageCount = 32;
    private const int BufferSize = 65_536;

    private readonly FramePool _pool;
    private readonly UnderlayReceiver _receiver;
    private readonly UnderlayCounters _counters;
    private readonly MessageHeader* _messages = (MessageHeader*)NativeMemory.AllocZeroed(MessageCount, (nuint)sizeof(MessageHeader));
    private readonly SocketAddress* _names = (SocketAddress*)NativeMemory.AllocZeroed(MessageCount, (nuint)sizeof(SocketAddress));
    private readonly IoVector* _vectors = (IoVector*)NativeMemory.AllocZeroed(MessageCount, (nuint)sizeof(IoVector));
    private readonly byte* _control = (byte*)NativeMemory.AllocZeroed(MessageCount, ControlMessages.MaxSize);

    // 2 MB of addresses, of which only pages that datagrams really reach are ever backed by memory.
    private readonly byte* _buffers = (byte*)NativeMemory.Alloc(MessageCount, BufferSize);
    private FrameBatch? _batch;

    public DatagramReceiver(FramePool pool, UnderlayReceiver receiver, UnderlayCounters counters)
    {
        _pool = pool;
        _receiver = receiver;
        _counters = counters;
        for (var i = 0; i < MessageCount; i++)
        {
            _vectors[i].Base = _buffers + i * BufferSize;
            _vectors[i].Size = BufferSize;
            _messages[i].Name = _names + i;
            _messages[i].Vectors = _vectors + i;
            _messages[i].VectorCount = 1;
            _messages[i].Control = _control + i * ControlMessages.MaxSize;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_names);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_control);
        NativeMemory.Free(_buffers);
    }

    /// <summary>One system call; false when the socket is empty for now.</summary>
    public bool ReceiveOnce(ReceiveSocket socket)
    {
        for (var i = 0; i < MessageCount; i++)
        {
            _messages[i].NameSize = SocketAddress.MaxSize;
            _messages[i].ControlSize = ControlMessages.MaxSize;
        }

        var count = Libc.ReceiveMany(socket.Socket.Fd, _messages, MessageCount, Linux.DontWait, null);
        _counters.ReceiveCalls++;
        if (count <= 0) return false;
        for (var i = 0; i < count; i++) Take(socket, i);
        Flush(socket);
        return count == MessageCount;
    }

    private void Take(ReceiveSocket socket, int index)
    {
        ref var message = ref _messages[index];
        byte ttl = 64, tos = 0;
        var segmentSize = 0;
        ControlMessages.Read(message.Control, message.ControlSize, ref ttl, ref tos, ref segmentSize);
        if ((message.Flags & Linux.Truncated) != 0)
        {
            _counters.Received.In++;
            _counters.Received.Drops.Add(DropReason.MalformedOuter);
            return;
        }

        var total = (int)message.Transferred;
        if (segmentSize == 0 || segmentSize >= total) segmentSize = total;
        else _counters.CoalescedDatagrams += (total + segmentSize - 1) / segmentSize;
        var source = _names[index].Address;
        var sourcePort = _names[index].Port;
        var bytes = new ReadOnlySpan<byte>(_vectors[index].Base, total);
        do
        {
            var size = Math.Min(segmentSize, bytes.Length);
            Rebuild(socket, source, sourcePort, ttl, tos, bytes[..size]);
            bytes = bytes[size..];
        }
        while (bytes.Length > 0);
    }

    private void Rebuild(ReceiveSocket socket, IpAddress source, ushort sourcePort, byte ttl, byte tos, ReadOnlySpan<byte> payload)
    {
        _counters.Received.In++;
        var ipSize = source.IsIpv4 ? Ipv4View.MinSize : Ipv6View.Size;
        var size = ipSize + UdpView.Size + payload.Length;
        if (size > _pool.MaxFrameSize)
        {
            _counters.Received.Drops.Add(DropReason.MalformedOuter);
            return;
        }

        if (!_pool.TryRent(size, out var frame))
        {
            _counters.Received.Drops.Add(DropReason.NoBuffer);
            return;
        }

        var packet = frame.Bytes;
        var udpSize = UdpView.Size + payload.Length;
        if (source.IsIpv4) new Ipv4Header(source.V4, socket.Address.V4, IpProtocol.Udp, udpSize, ttl, tos).Emit(packet);
        else new Ipv6Header(source.V6, socket.Address.V6, IpProtocol.Udp, udpSize, ttl, tos).Emit(packet);
        new UdpHeader(sourcePort, socket.Port, payload.Length).Emit(packet[ipSize..]);
        payload.CopyTo(packet[(ipSize + UdpView.Size)..]);
        _batch ??= _pool.RentBatch();
        _batch.Add(frame);
        if (_batch.IsFull) Flush(socket);
    }

    private void Flush(ReceiveSocket socket)
    {
        if (_batch is not { } batch) return;
        _batch = null;
        _counters.Received.Out += batch.Count;
        _receiver(socket.Vtep, batch);
    }
}
