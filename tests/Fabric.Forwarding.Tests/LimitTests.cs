using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Forwarding.Tests;

/// <summary>Rates hold whatever way a frame takes: offloaded, through the host, or without a NIC.</summary>
public sealed class LimitTests
{
    public static TheoryData<bool, bool> Paths => new() { { true, true }, { false, true }, { false, false } };

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_queue_holds_its_maximum_rate_within_5_percent(bool isOffloaded, bool hasNic)
    {
        using var server = new Server(isOffloaded, hasNic) { IsKeepingFrames = false };
        server.Rule("in_port=1,actions=set_queue:7,output:2");
        server.Limit(2, Htb(0, (7, new QueueSettings { MaxRateBps = 4_000_000 })));
        Load(server, 1, durationMs: 3_000, bps: 16_000_000);
        Assert.InRange(server.DeliveredBytes[2] * 8 / 3.0, 3_800_000, 4_200_000);
        Assert.Equal(isOffloaded, server.Nic.Counters.L1Frames > 1_000);
        Assert.True(Drops(server) > 1_000, $"{Drops(server)} drops");
        if (!hasNic) return;
        var queue = Assert.Single(server.Nic.QueueStatisticsOf(new OdpPort(2)), q => q.Queue == 7);
        Assert.Equal((server.DeliveredBytes[2], Drops(server)), (queue.TxBytes, queue.TxErrors));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Two_queues_share_the_ports_rate_as_guaranteed(bool isOffloaded, bool hasNic)
    {
        using var server = new Server(isOffloaded, hasNic) { IsKeepingFrames = false };
        server.Rule("in_port=1,actions=enqueue:3:1");
        server.Rule("in_port=2,actions=enqueue:3:2");
        server.Limit(3, Htb(8_000_000,
            (1, new QueueSettings { MinRateBps = 6_000_000 }), (2, new QueueSettings { MinRateBps = 2_000_000 })));
        var before = server.DeliveredBytes[3];
        for (var ms = 0; ms < 2_000; ms++)
        {
            server.Send(1, TestFrame.Of('a', 'x', 1_500));
            server.Send(2, TestFrame.Of('b', 'x', 1_500));
            server.Run(1);
        }

        Assert.InRange((server.DeliveredBytes[3] - before) * 8 / 2.0, 7_600_000, 8_400_000);
        if (!hasNic) return;
        var queues = server.Nic.QueueStatisticsOf(new OdpPort(3)).ToDictionary(q => q.Queue, q => q.TxBytes * 8 / 2.0);
        Assert.InRange(queues[1], 5_700_000, 6_300_000);
        Assert.InRange(queues[2], 1_900_000, 2_100_000);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Without_a_limit_everything_passes_again_and_what_waited_goes_first(bool isOffloaded, bool hasNic)
    {
        using var server = new Server(isOffloaded, hasNic);
        server.Rule("in_port=1,actions=output:2");
        server.Limit(2, Htb(1_000_000));
        for (var i = 0; i < 100; i++) server.Send(1, TestFrame.Of((char)('!' + i % 90), 'x', 1_500));
        Assert.True(server.Delivered.Count < 30, $"{server.Delivered.Count} passed at once");
        server.Limit(2, PortLimits.None);
        server.Send(1, TestFrame.Of('z', 'y', 1_500));
        Assert.Equal(101, server.Delivered.Count);
        Assert.Equal("z>y(1500)", TestFrame.Describe(server.Delivered[^1].Bytes));
        server.Check();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Ingress_policing_drops_what_a_port_sends_beyond_its_rate(bool isOffloaded, bool hasNic)
    {
        using var server = new Server(isOffloaded, hasNic) { IsKeepingFrames = false };
        server.Rule("in_port=1,actions=output:2");
        server.Limit(1, new PortLimits(null, new PolicingSettings(RateKbps: 2_000, BurstKbits: 50)));
        Load(server, 1, durationMs: 3_000, bps: 8_000_000);
        Assert.InRange(server.DeliveredBytes[2] * 8 / 3.0, 1_900_000, 2_100_000);
        var account = hasNic ? server.Nic.Account : server.Kernel.Account;
        Assert.True(account.Drops[DropReason.Policed] > 500, $"{account.Drops[DropReason.Policed]} drops");
    }

    [Fact]
    public void A_port_that_goes_down_drops_what_waits_and_counts_it()
    {
        using var server = new Server();
        server.Rule("in_port=1,actions=output:2");
        server.Limit(2, Htb(1_000_000));
        for (var i = 0; i < 50; i++) server.Send(1, TestFrame.Of('a', 'x', 1_500));
        var waiting = server.Nic.QueuedFrames;
        Assert.True(waiting > 20, $"{waiting} wait");
        server.SetLink(2, false);
        Assert.Equal(0, server.Nic.QueuedFrames);
        Assert.Equal(waiting, server.Nic.Account.Drops[DropReason.PortDown]);
        server.Check();
    }

    [Fact]
    public void A_NIC_that_lost_its_memory_is_told_the_limits_again()
    {
        using var server = new Server { IsKeepingFrames = false };
        server.Rule("in_port=1,actions=output:2");
        server.Limit(2, Htb(2_000_000));
        server.Nic.SetLimits(new OdpPort(2), PortLimits.None, server.NowMs);
        server.Nic.Reset();
        server.Run(500);
        var before = server.DeliveredBytes[2];
        Load(server, 1, durationMs: 2_000, bps: 8_000_000);
        Assert.InRange((server.DeliveredBytes[2] - before) * 8 / 2.0, 1_900_000, 2_100_000);
    }

    private static PortLimits Htb(long maxRateBps, params (uint Number, QueueSettings Settings)[] queues) =>
        new(new QosSettings("linux-htb") { MaxRateBps = maxRateBps, Queues = queues.ToDictionary(q => q.Number, q => q.Settings) });

    private static long Drops(Server server) =>
        server.Nic.Account.Drops[DropReason.QosQueueFull] + server.Kernel.Account.Drops[DropReason.QosQueueFull];

    private static void Load(Server server, uint vf, int durationMs, long bps)
    {
        var owed = 0.0;
        for (var ms = 0; ms < durationMs; ms++)
        {
            for (owed += bps / 8_000.0; owed >= 1_000; owed -= 1_000) server.Send(vf, TestFrame.Of('a', 'x', 1_000));
            server.Run(1);
        }
    }
}
