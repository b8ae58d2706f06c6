using Fabric.Conversations;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>One packet of each kind between two hosts.</summary>
internal sealed class TestPacketKinds(bool v6)
{
    public IpAddress Other { get; } = IpAddress.Parse(v6 ? "fd00::7" : "10.0.0.7");

    public TestPacket Udp { get; } = Packet(v6, IpProtocol.Udp);

    public TestPacket Tcp { get; } = Packet(v6, IpProtocol.Tcp) with { Flags = TcpFlags.Syn, Sequence = 1000 };

    private static TestPacket Packet(bool v6, byte proto) => new()
    {
        Proto = proto, Payload = [1, 2, 3, 4, 5, 6, 7, 8],
        Source = IpAddress.Parse(v6 ? "fd00::1" : "10.0.0.1"), Destination = IpAddress.Parse(v6 ? "fd00::2" : "10.0.0.2"),
    };
}
