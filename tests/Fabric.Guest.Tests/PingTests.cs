using Fabric.Wire;

namespace Fabric.Guest.Tests;

public class PingTests
{
    public static TheoryData<bool, int> Sizes()
    {
        var data = new TheoryData<bool, int>();
        foreach (var size in new[] { 0, 1, 7, 15, 16, 17, 56, 1451, 1452, 1453, 1472, 1473, 2000, 4096, 8192 })
        {
            data.Add(true, size);
            data.Add(false, size);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_size_is_answered_in_both_families(bool isV4, int size)
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        var run = a.Ping(isV4 ? Lan.V4(b) : Lan.V6(b), new PingOptions { Count = 3, PayloadSize = size, IntervalMs = 10 }, lan.NowUs);
        lan.Run(100_000);
        Assert.True(run.IsDone);
        Assert.Equal(3, run.Received);
        Assert.All(run.Echoes, e => Assert.Equal((PingError.None, size), (e.Error, e.Size)));
        Assert.All(lan.Seen, f => Assert.True(f.Length <= 14 + 1500));
        Assert.Equal(lan.Pool.Outstanding, a.QueuedFrames + b.QueuedFrames);
    }

    [Fact]
    public void A_ping_of_the_broadcast_address_that_nobody_answers_ends_at_its_time_out()
    {
        var lan = new Lan();
        var a = lan.Add(1);
        lan.Add(2);
        var run = a.Ping(new IpAddress(Ipv4Address.Broadcast), new PingOptions { Count = 1, TimeoutMs = 100 }, lan.NowUs);
        lan.Run(200_000);
        Assert.True(run.IsDone);
        Assert.Equal(0, run.Received);
        Assert.All(run.Echoes, e => Assert.Equal(PingError.Timeout, e.Error));
    }

    [Fact]
    public void Round_trip_time_excludes_address_resolution_which_is_told_apart()
    {
        var lan = new Lan { LatencyUs = 250 };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var run = a.Ping(Lan.V4(b), new PingOptions { Count = 2, IntervalMs = 10 }, lan.NowUs);
        lan.Run(50_000);
        Assert.Equal(500, run.ResolutionUs);
        Assert.All(run.Echoes, e => Assert.Equal(500, e.RttUs));
        Assert.Null(a.Ping(Lan.V4(b), new PingOptions { Count = 1 }, lan.NowUs).ResolutionUs);
    }

    [Fact]
    public void A_silent_address_is_asked_three_times_a_second_apart_and_its_frames_drop_as_unresolved_G3()
    {
        var lan = new Lan();
        var a = lan.Add(1);
        var run = a.Ping(new Ipv4Address(0x0a01_0063), new PingOptions { Count = 2, IntervalMs = 10, TimeoutMs = 500 }, lan.NowUs);
        lan.Run(2_900_000);
        Assert.Equal(3, lan.Seen.Count);
        Assert.False(run.IsDone);
        lan.Run(200_000);
        Assert.All(run.Echoes, e => Assert.Equal(PingError.Unresolved, e.Error));
        Assert.Equal(2, a.Account.Drops[DropReason.GuestUnresolved]);
        Assert.Equal(0, lan.Pool.Outstanding);
        Assert.Equal(long.MaxValue, a.NextDueUs());
    }

    [Fact]
    public void Lost_answers_time_out_and_the_next_echo_still_works()
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        lan.Filter = f => !(f.Bytes[23] == 1 && f.Bytes[34] == 0 && f.Bytes[41] == 2);
        var run = a.Ping(Lan.V4(b), new PingOptions { Count = 3, IntervalMs = 10, TimeoutMs = 100 }, lan.NowUs);
        lan.Run(300_000);
        Assert.Equal([PingError.None, PingError.Timeout, PingError.None], run.Echoes.Select(e => e.Error));
    }

    [Fact]
    public void A_destination_outside_every_prefix_has_no_route_without_a_gateway_and_uses_it_with_one()
    {
        var lan = new Lan();
        var a = lan.Add(1, change: o => o with { Ipv4PrefixLength = 24 });
        var far = new IpAddress(Ipv4Address.Parse("10.2.0.9"));
        Assert.Equal(PingError.NoRoute, a.Ping(far, new PingOptions { Count = 1 }, lan.NowUs).Echoes[0].Error);

        var c = lan.Add(3, change: o => o with { Gateway = Ipv4Address.Parse("10.1.0.1") });
        c.Ping(far, new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(5000);
        var toGateway = Assert.Single(lan.Seen, f => f[12] == 8 && f[13] == 0);
        Assert.Equal(a.Options.Mac, MacAddress.Read(toGateway));
        Assert.Equal(1, a.Account.Drops[DropReason.GuestNotMine]);
    }

    [Fact]
    public void A_probe_of_another_overlay_is_misdelivered_and_gets_no_answer_G5()
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1, "blue"), lan.Add(2, "green"));
        var run = a.Ping(Lan.V4(b), new PingOptions { Count = 1, TimeoutMs = 50 }, lan.NowUs);
        lan.Run(100_000);
        Assert.Equal(PingError.Timeout, run.Echoes[0].Error);
        Assert.Equal(1, b.Counters.Misdelivered);
        Assert.Equal(1, b.Account.Drops[DropReason.GuestUnwanted]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bit_flipped_anywhere_in_the_packet_gives_no_answer_or_result_G4(bool isV4)
    {
        var lan = new Lan { Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        a.Ping(isV4 ? Lan.V4(b) : Lan.V6(b), new PingOptions { Count = 1, PayloadSize = 16 }, lan.NowUs);
        lan.Run(1000);
        var headerBits = (isV4 ? 20 : 40) * 8;
        for (var bit = 0; bit < headerBits + 24 * 8; bit++)
        {
            // IPv6 has no header checksum: traffic class, flow label and hop limit may change unseen.
            if (!isV4 && bit is < 4 or (>= 8 and < 32) or (>= 56 and < 64)) continue;
            var flip = bit;
            lan.Filter = f =>
            {
                if (flip >= 0 && f.Length == 14 + headerBits / 8 + 24) f.Bytes[14 + flip / 8] ^= (byte)(1 << (flip & 7));
                flip = -1;
                return true;
            };
            var run = a.Ping(isV4 ? Lan.V4(b) : Lan.V6(b), new PingOptions { Count = 1, PayloadSize = 16, TimeoutMs = 5 }, lan.NowUs);
            lan.Run(10_000);
            Assert.True(run.Received == 0, $"bit {bit} of the packet was flipped and the ping answered");
        }

        lan.CheckAccounts();
    }

    [Fact]
    public void A_guest_pings_itself()
    {
        var lan = new Lan();
        var a = lan.Add(1);
        var run = a.Ping(Lan.V4(a), new PingOptions { Count = 2, IntervalMs = 1 }, lan.NowUs);
        lan.Run(5000);
        Assert.Equal(2, run.Received);
        Assert.Empty(lan.Seen);
        lan.CheckAccounts();
    }

    [Fact]
    public void Duplicates_and_late_answers_are_counted_apart()
    {
        var lan = new Lan { LatencyUs = 3000 };
        var (a, b) = (lan.Add(1), lan.Add(2));
        a.Ping(Lan.V4(b), new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(20_000);
        var run = a.Ping(Lan.V4(b), new PingOptions { Count = 2, IntervalMs = 20, TimeoutMs = 10 }, lan.NowUs);
        lan.Run(10_000);
        Replay(lan, a);
        Assert.Equal((1, 1, 0), (run.Received, run.Duplicates, run.Late));
        lan.LatencyUs = 5000;
        lan.Run(40_000);
        Assert.Equal(PingError.Timeout, run.Echoes[1].Error);
        Assert.Equal((1, 1, 1, 1), (run.Received, run.Failed, run.Duplicates, run.Late));
    }

    [Fact]
    public void Next_due_is_never_in_the_past_after_a_tick()
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        lan.Filter = f => lan.NowUs % 7 != 0;
        a.Ping(Lan.V4(b), new PingOptions { Count = 20, IntervalMs = 130, TimeoutMs = 300 }, lan.NowUs);
        a.Ping(new Ipv4Address(0x0a01_0063), new PingOptions { Count = 3, IntervalMs = 100, TimeoutMs = 200 }, lan.NowUs);
        for (var i = 0; i < 4000; i++)
        {
            lan.Run(1000);
            Assert.True(a.NextDueUs() > lan.NowUs - 1000, $"at {lan.NowUs} due {a.NextDueUs()}");
        }

        Assert.Equal(long.MaxValue, a.NextDueUs());
    }

    /// <summary>Delivers the last frame that was sent once more.</summary>
    private static void Replay(Lan lan, GuestStack guest)
    {
        var batch = lan.Pool.RentBatch();
        Assert.True(lan.Pool.TryRent(lan.Seen[^1].Length, out var frame));
        lan.Seen[^1].CopyTo(frame.Bytes);
        batch.Add(frame);
        guest.Receive(batch, lan.NowUs);
    }
}
