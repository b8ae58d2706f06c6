using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Fabric.Underlay.Direct;
using Fabric.Underlay.Native;
using Fabric.Wire;

namespace Fabric.Underlay;

/// <summary>
/// The underlay in which every VTEP is its own address of this machine or network namespace, by default an alias of the loopback network.
/// It stands for the server's uplink: what leaves are real UDP datagrams from the VTEP's address, so a kernel <c>vxlan</c> device or a
/// real switch can be the peer. Outer IP headers are the kernel's work: given packets are taken apart into what a socket can be told, and
/// received datagrams get back the headers they arrived with.
/// <para>Properties:
/// U1 a frame handed to <see cref="Send"/> is counted as sent or by exactly one drop reason; a datagram received is delivered or dropped.
/// U2 payload bytes, addresses, ports, TTL and TOS arrive as they were sent; DF leaves as given.
/// U3 the outer source port of a flow is stable and one of the configured ones; its socket opens when first used.
/// U4 packets with equal outer addresses and ports leave in the order given.
/// U5 nothing is allocated per datagram, and memory is bounded by socket buffers and the frame pool.
/// U6 a UDP checksum of zero is kept, except in groups of four or more that the kernel segments (<see cref="UnderlayOptions"/>).
/// </para>
/// Not carried: anything but UDP, IP options, fragments, IPv6 flow labels; those are dropped as <see cref="DropReason.SendFailed"/>.
/// Packets to a VTEP of the same process take the kernel's way like all others.
/// </summary>
public sealed class DirectUnderlay : IUnderlay
{
    private const int AddressInUse = 98;
    private const int AddressNotAvailable = 99;

    // Order: changes, then the receive loop's own, then state. State is never held while waiting for the loop, whose receiver may send.
    private readonly Lock _changes = new();
    private readonly Lock _lock = new();
    private readonly UnderlayOptions _options;
    private readonly UnderlayCounters _counters = new();
    private readonly Dictionary<uint, Vtep> _vteps = [];
    private readonly DatagramSender _sender;
    private readonly DatagramReceiver _receiver;
    private readonly ReceiveLoop _loop;
    private long _queueDropsOfClosed;
    private bool _isDisposed;

    /// <param name="pool">Received packets are rented here.</param>
    public DirectUnderlay(FramePool pool, UnderlayReceiver receiver, UnderlayOptions? options = null)
    {
        _options = options ?? new UnderlayOptions();
        if (!_options.UsesCoalescing) _counters.HasCoalescing = false;
        if (!_options.UsesSegmentation) _counters.HasSegmentation = false;
        _sender = new DatagramSender(_options, _counters);
        _receiver = new DatagramReceiver(pool, receiver, _counters);
        _loop = new ReceiveLoop(_receiver);
    }

    public UnderlayCounters Counters
    {
        get
        {
            lock (_lock)
            {
                var drops = _queueDropsOfClosed;
                if (!_isDisposed)
                {
                    foreach (var vtep in _vteps.Values) drops += vtep.Receive.Sum(r => r.Socket.ReadQueueDrops());
                }

                _counters.ReceiveQueueDrops = drops;
            }

            return _counters;
        }
    }

    /// <summary>Open VTEPs and their sockets, receiving and sending ones.</summary>
    public IReadOnlyDictionary<uint, int> SocketsByVtep
    {
        get { lock (_lock) return _vteps.ToDictionary(v => v.Key, v => v.Value.SocketCount); }
    }

    public void Open(uint vtep, IPAddress address)
    {
        lock (_changes)
        {
            Vtep opened;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_vteps.ContainsKey(vtep)) throw new UnderlayAddressException(address, 0, $"VTEP number {vtep} is open already");
                opened = Bind(vtep, address);
                _vteps.Add(vtep, opened);
                _counters.SocketsOpen += opened.Receive.Count;
            }

            foreach (var receive in opened.Receive) _loop.Add(receive);
        }
    }

    public void Close(uint vtep)
    {
        lock (_changes)
        {
            Vtep? closed;
            lock (_lock)
            {
                if (!_vteps.Remove(vtep, out closed)) return;
                closed.CloseSend(_counters);
                _counters.SocketsOpen -= closed.Receive.Count;
                foreach (var receive in closed.Receive) _queueDropsOfClosed += receive.Socket.ReadQueueDrops();
            }

            foreach (var receive in closed.Receive) _loop.Remove(receive);
        }
    }

    public void Send(uint vtep, FrameBatch outer)
    {
        lock (_lock)
        {
            _counters.Sent.In += outer.Count;
            if (_vteps.TryGetValue(vtep, out var from)) _sender.Send(from, outer);
            else _counters.Sent.Drops.Add(DropReason.PartStopped, outer.Count);
        }

        outer.Pool.ReturnWithFrames(outer);
    }

    public void Dispose()
    {
        uint[] open;
        lock (_lock)
        {
            if (_isDisposed) return;
            open = [.. _vteps.Keys];
        }

        foreach (var vtep in open) Close(vtep);
        lock (_lock) _isDisposed = true;
        _loop.Dispose();
        lock (_lock) _sender.Dispose();
        _receiver.Dispose();
    }

    private Vtep Bind(uint vtep, IPAddress address)
    {
        var own = FromIPAddress(address);
        var opened = new Vtep(vtep, own, _options);
        foreach (var port in _options.ReceivePorts)
        {
            var socket = UdpSocket.TryBind(own, port, _options.SocketBufferSize, out var error);
            if (socket is null)
            {
                foreach (var bound in opened.Receive) bound.Socket.Close();
                throw new UnderlayAddressException(address, port, Explain(error));
            }

            if (!socket.PrepareReceive(_options.UsesCoalescing)) _counters.HasCoalescing = false;
            opened.Receive.Add(new ReceiveSocket(socket, vtep, own, port));
        }

        return opened;
    }

    private static IpAddress FromIPAddress(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Address.Read(bytes) : Ipv6Address.Read(bytes);
    }

    private static string Explain(int error) => error switch
    {
        AddressInUse => "another process has it (see 'ss -lunp')",
        AddressNotAvailable => "the address is on no interface here",
        _ => Marshal.GetPInvokeErrorMessage(error),
    };
}
