using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>A bound UDP port of a guest.</summary>
public sealed class UdpSocket
{
    private readonly UdpLayer _layer;

    internal UdpSocket(UdpLayer layer, ushort port, IUdpReceiver receiver)
    {
        _layer = layer;
        Port = port;
        Receiver = receiver;
    }

    public ushort Port { get; }

    /// <summary>Destination-unreachable messages that answered datagrams of this port.</summary>
    public long Unreachables { get; internal set; }

    internal IUdpReceiver Receiver { get; }

    /// <summary>False without a route, a buffer, or with a payload beyond 9,208 bytes. Address resolution happens behind it.</summary>
    public bool TrySend(IpAddress destination, ushort port, ReadOnlySpan<byte> payload) => _layer.TrySend(Port, destination, port, payload);

    public void Close() => _layer.Close(this);
}
