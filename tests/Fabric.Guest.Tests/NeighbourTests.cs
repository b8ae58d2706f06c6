using Fabric.Wire;

namespace Fabric.Guest.Tests;

public class NeighbourTests
{
    [Fact]
    public void Boot_announces_every_address_once()
    {
        var lan = new Lan();
        lan.Add(1).Boot(lan.NowUs);
        lan.Exchange();
        Assert.Single(lan.Seen, f => f[12] == 8 && f[13] == 6);
        Assert.Equal(2, lan.Seen.Count(f => f[12] == 0x86));
    }

    [Fact]
    public void Someone_else_with_our_address_is_a_counted_conflict()
    {
        var lan = new Lan();
        var a = lan.Add(1);
        var b = lan.Add(2, change: o => o with { Ipv4 = Ipv4Address.Parse("10.1.0.1"), Ipv6 = [new(Ipv6Address.Parse("fd00:6::1"))] });
        b.Boot(lan.NowUs);
        lan.Exchange();
        Assert.Equal(2, a.Counters.AddressConflicts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stale_neighbour_is_used_and_asked_again_by_unicast(bool isV4)
    {
        var lan = new Lan { LatencyUs = 0 };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var to = isV4 ? Lan.V4(b) : Lan.V6(b);
        a.Ping(to, new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(31_000_000, 500_000);
        lan.Seen.Clear();
        var run = a.Ping(to, new PingOptions { Count = 1 }, lan.NowUs);
        lan.Exchange();
        Assert.Equal(1, run.Received);
        Assert.Null(run.ResolutionUs);
        Assert.Equal(NeighbourState.Delay, Assert.Single(a.Neighbours).State);
        lan.Run(7_000_000, 500_000);
        Assert.Equal(NeighbourState.Reachable, Assert.Single(a.Neighbours).State);
        Assert.DoesNotContain(lan.Seen, f => f[0] == 0xff || f[0] == 0x33);
    }

    [Fact]
    public void A_stale_neighbour_that_stays_silent_is_forgotten()
    {
        var lan = new Lan { LatencyUs = 0 };
        var (a, b) = (lan.Add(1), lan.Add(2));
        a.Ping(Lan.V4(b), new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(31_000_000, 500_000);
        lan.Filter = _ => false;
        a.Ping(Lan.V4(b), new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(10_000_000, 500_000);
        Assert.Empty(a.Neighbours);
    }

    [Fact]
    public void The_neighbour_cache_and_the_waiting_frames_are_bounded_G7()
    {
        var lan = new Lan();
        var a = lan.Add(1, change: o => o with { NeighbourCapacity = 8, PendingFramesPerNeighbour = 4, Ipv4PrefixLength = 16 });
        for (var i = 0; i < 20; i++)
            a.Ping(new Ipv4Address(0x0a01_0100u | (uint)i), new PingOptions { Count = 10, IntervalMs = 0 }, lan.NowUs);
        Assert.Equal(8, a.Neighbours.Count());
        Assert.Equal(8 * 4 + 8, a.QueuedFrames);
        lan.Run(5_000_000, 100_000);
        Assert.Equal(0, lan.Pool.Outstanding);
        lan.CheckAccounts();
    }

    [Fact]
    public void Frames_for_others_are_not_mine_and_unknown_ethertypes_unwanted()
    {
        var lan = new Lan();
        var (a, b, c) = (lan.Add(1), lan.Add(2), lan.Add(3));
        a.Ping(Lan.V4(b), new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(1000);
        Assert.Equal(4, c.Account.In);
        Assert.Equal(4, c.Account.Drops[DropReason.GuestNotMine]);
        var batch = lan.Pool.RentBatch();
        Assert.True(lan.Pool.TryRent(60, out var frame));
        frame.Bytes.Fill(0xff);
        batch.Add(frame);
        a.Receive(batch, lan.NowUs);
        Assert.Equal(1, a.Account.Drops[DropReason.GuestUnwanted]);
    }
}
