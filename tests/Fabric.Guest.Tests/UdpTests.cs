using Fabric.Wire;

namespace Fabric.Guest.Tests;

public class UdpTests
{
    private sealed class Collector : IUdpReceiver
    {
        public List<byte[]> Payloads { get; } = [];

        public void Receive(UdpSocket socket, in UdpArrival arrival) => Payloads.Add(arrival.Payload.ToArray());
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 5)]
    [InlineData(true, 3001)]
    [InlineData(false, 0)]
    [InlineData(false, 5)]
    [InlineData(false, 3001)]
    public void Port_seven_echoes_every_size_in_both_families(bool isV4, int size)
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        var collector = new Collector();
        var socket = a.BindUdp(5000, collector)!;
        var payload = Enumerable.Range(0, size).Select(i => (byte)i).ToArray();
        Assert.True(socket.TrySend(isV4 ? Lan.V4(b) : Lan.V6(b), 7, payload));
        lan.Run(10_000);
        Assert.Equal(payload, Assert.Single(collector.Payloads));
        Assert.Null(a.BindUdp(5000, collector));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_closed_port_answers_port_unreachable_to_the_socket_that_asked(bool isV4)
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        var socket = a.BindUdp(5000, new Collector())!;
        socket.TrySend(isV4 ? Lan.V4(b) : Lan.V6(b), 4242, [1, 2, 3]);
        lan.Run(10_000);
        Assert.Equal(1, socket.Unreachables);
        Assert.Equal((1, 1), (b.Counters.UdpClosedPort, b.Counters.UnreachablesSent));
        Assert.Equal(1, b.Account.Drops[DropReason.GuestUnwanted]);
    }

    [Fact]
    public void Unreachables_are_limited_to_a_burst_of_a_hundred()
    {
        var lan = new Lan { LatencyUs = 0, Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var socket = a.BindUdp(5000, new Collector())!;
        for (var i = 0; i < 400; i++)
        {
            socket.TrySend(Lan.V4(b), 4242, [1]);
            lan.Exchange();
        }

        Assert.Equal(400, b.Counters.UdpClosedPort);
        Assert.InRange(b.Counters.UnreachablesSent, 99, 100);
    }

    [Fact]
    public void Fragments_of_a_datagram_that_never_completes_are_given_up_after_thirty_seconds_G1()
    {
        var lan = new Lan { LatencyUs = 0 };
        var (a, b) = (lan.Add(1), lan.Add(2));
        lan.Filter = f => (f.Bytes[20] & 0x3f) != 0 || f.Bytes[21] != 0 || f.Bytes[23] != 17;
        a.BindUdp(5000, new Collector())!.TrySend(Lan.V4(b), 7, new byte[4000]);
        lan.Exchange();
        lan.Filter = f => f.Bytes[23] != 17 || (f.Bytes[20] & 0x20) == 0;
        a.BindUdp(5001, new Collector())!.TrySend(Lan.V4(b), 7, new byte[4000]);
        lan.Run(1_000_000, 100_000);
        Assert.True(b.QueuedFrames > 0);
        lan.Run(31_000_000, 500_000);
        Assert.Equal(0, b.QueuedFrames);
        Assert.True(b.Account.Drops[DropReason.GuestUnwanted] > 0);
        lan.CheckAccounts();
    }
}
