using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>One VTEP: its address, a receive socket per tunnel port, and the send sockets opened so far.</summary>
internal sealed class Vtep(uint number, IpAddress address, UnderlayOptions options)
{
    private readonly UdpSocket?[] _send = new UdpSocket?[options.SourcePortCount];

    public uint Number { get; } = number;

    public IpAddress Address { get; } = address;

    public List<ReceiveSocket> Receive { get; } = [];

    public int SocketCount => Receive.Count + _send.Count(s => s is not null);

    /// <summary>Source ports outside the range fold into it: the flow keeps one port all the same.</summary>
    public int IndexOf(ushort sourcePort)
    {
        var index = sourcePort - options.FirstSourcePort;
        return (uint)index < (uint)_send.Length ? index : sourcePort % _send.Length;
    }

    /// <summary>Opens the socket on first use; null while its port is taken by someone else.</summary>
    public UdpSocket? TrySocket(int index, UnderlayCounters counters)
    {
        if (_send[index] is { } open) return open;
        var socket = UdpSocket.TryBind(Address, (ushort)(options.FirstSourcePort + index), options.SocketBufferSize, out _);
        if (socket is null) return null;
        if (!socket.PrepareSend()) counters.HasSegmentation = false;
        counters.SocketsOpen++;
        return _send[index] = socket;
    }

    public void CloseSend(UnderlayCounters counters)
    {
        foreach (ref var socket in _send.AsSpan())
        {
            if (socket is null) continue;
            socket.Close();
            socket = null;
            counters.SocketsOpen--;
        }
    }
}
