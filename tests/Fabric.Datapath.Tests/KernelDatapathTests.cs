using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>Properties D1 to D3, D5 and D8 of <see cref="KernelDatapath"/>: frames, upcalls, time-outs, statistics.</summary>
public sealed class KernelDatapathTests
{
    private static readonly Ufid One = new(1, 1);
    private static readonly Ufid Two = new(2, 2);
    private static readonly byte[] Packet = PlainTcp(0x12).Build();

    [Fact]
    public void The_first_packet_is_an_upcall_and_the_next_follows_the_flow_put_for_it()
    {
        var fixture = new KernelFixture(isOffloaded: false);
        fixture.Receive(1, 100, Packet);
        var upcall = Assert.Single(fixture.TakeUpcalls());
        Assert.Equal((new OdpPort(1), UserspaceReason.Miss), (upcall.Port, upcall.Reason));
        Assert.Equal(0x0800, upcall.Key.EthType);

        fixture.Put(One, 1, KernelFixture.To(2), 101);
        fixture.Kernel.Execute(upcall.Frame, KernelFixture.To(2), 101);
        fixture.Receive(1, 102, Packet);

        Assert.Equal([(2u, Convert.ToHexString(Packet)), (2u, Convert.ToHexString(Packet))], fixture.Transmitted);
        Assert.True(fixture.Kernel.TryGetFlow(One, out var flow));
        Assert.Equal((1, Packet.Length, 102, 0x12), ((int)flow.Packets, (int)flow.Bytes, (int)flow.LastUsedMs, flow.TcpFlags));
        Assert.Equal((1L, 1L, 0L), (fixture.Kernel.Statistics.Hit, fixture.Kernel.Statistics.Missed, fixture.Kernel.Statistics.Lost));
        fixture.AssertBalanced();
    }

    [Fact]
    public void Tcp_flags_of_all_packets_are_ored()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Receive(1, 1, PlainTcp(0x02).Build(), PlainTcp(0x10).Build(), PlainTcp(0x11).Build());
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 1, 60, 1, 0x08)]);

        Assert.True(fixture.Kernel.TryGetFlow(One, out var flow));
        Assert.Equal(0x1b, flow.TcpFlags);
    }

    [Fact]
    public void Random_schedules_lose_and_double_no_frame()
    {
        for (var run = 0; run < 20; run++)
        {
            var random = Seeds.Random(100 + run);
            var fixture = new KernelFixture(new KernelDatapathOptions
            {
                UpcallQueueCapacity = 40, UpcallQueuePerPort = 25, MaxFlows = 6, MaxMasks = 4, MaxIdleMs = 60, Seed = (uint)run,
            }, poolCapacity: 120);
            fixture.ConnectTunnel();
            fixture.IsRecording = false;
            var waiting = new List<Upcall>();
            for (var step = 0; step < 600; step++)
            {
                Step(fixture, random, waiting, step);
                fixture.AssertBalanced($"{Seeds.Note} run {run} step {step}");
                Assert.True(fixture.Pool.Outstanding == fixture.Kernel.QueuedUpcalls + waiting.Count,
                    $"{Seeds.Note} run {run} step {step}: leak");
            }

            fixture.Kernel.DropQueued();
            Assert.Equal(0, fixture.Kernel.Account.Imbalance(0));
        }
    }

    private static void Step(KernelFixture fixture, Random random, List<Upcall> waiting, long nowMs)
    {
        var kernel = fixture.Kernel;
        switch (random.Next(12))
        {
            case < 5:
                var packets = new byte[random.Next(1, 9)][];
                for (var i = 0; i < packets.Length; i++)
                    packets[i] = random.Next(10) == 0 ? RandomPackets.Bytes(random, random.Next(30)) : RandomPackets.Packet(random).Build();
                if (fixture.Pool.Outstanding + packets.Length > 100) break;
                fixture.Receive(RandomPackets.Pick<uint>(random, 1u, 2, 3, 10, 20, 77), (FallbackReason)random.Next(3), nowMs, packets);
                break;
            case 5 or 6:
                waiting.AddRange(fixture.TakeUpcalls(random.Next(1, 20)));
                break;
            case 7 when waiting.Count > 0:
                var upcall = waiting[0];
                waiting.RemoveAt(0);
                kernel.Execute(upcall.Frame, RandomList(random), nowMs);
                break;
            case 8:
                var key = default(FlowKey);
                key.InPort = new OdpPort((uint)random.Next(1, 4));
                key.EthType = RandomPackets.Pick<ushort>(random, 0x0800, 0x86dd);
                key.RecircId = (uint)random.Next(3);
                key.Normalize();
                var mask = KernelFixture.PortMask();
                if (random.Next(2) == 0) mask.Bits.EthType = 0xffff;
                mask.Bits.RecircId = uint.MaxValue;
                kernel.FlowPut(new Ufid(0, (ulong)random.Next(20)), ref key, ref mask, RandomList(random), nowMs, random.Next(100));
                break;
            case 9:
                kernel.FlowDelete(new Ufid(0, (ulong)random.Next(20)));
                break;
            case 10:
                kernel.Expire(nowMs, random.Next(8));
                break;
            default:
                if (kernel.Ports.TryGet(new OdpPort((uint)random.Next(1, 5)), out var port)) port.IsUp = random.Next(4) > 0;
                break;
        }
    }

    private static DatapathActions RandomList(Random random)
    {
        var actions = new List<DatapathAction>();
        for (var n = random.Next(4); n > 0; n--)
        {
            actions.Add(random.Next(9) switch
            {
                0 => new RecircAction((uint)random.Next(1, 4)),
                1 => new UserspaceAction(1, UserspaceReason.Action),
                2 => new CloneAction(KernelFixture.To(1, 3)),
                3 => new SampleAction(uint.MaxValue / 2, KernelFixture.To(0)),
                4 => new PushVlanAction(0x8100, 0x1005),
                5 => KernelFixture.ToPeer(),
                6 => new MeterAction(1),
                _ => new OutputAction(new OdpPort(RandomPackets.Pick<uint>(random, 0u, 1, 2, 10, 20, 99))),
            });
        }

        return new DatapathActions([.. actions]);
    }

    [Fact]
    public void A_flooding_port_fills_its_own_share_and_not_the_others()
    {
        var fixture = new KernelFixture(new KernelDatapathOptions { UpcallQueueCapacity = 30, UpcallQueuePerPort = 30 });
        for (var i = 0; i < 100; i++) fixture.Receive(1, i, Packet);
        for (var i = 0; i < 5; i++) fixture.Receive(2, 200 + i, Packet);
        fixture.Receive(3, 300, Packet);

        Assert.Equal(30, fixture.Kernel.QueuedUpcalls);
        Assert.Equal([1u, 2, 3, 1, 2, 1, 2], fixture.TakeUpcalls(7).Select(upcall => upcall.Port.Value));
        Assert.Equal(76, Port(fixture, 1).UpcallsLost);
        Assert.Equal(0, Port(fixture, 2).UpcallsLost + Port(fixture, 3).UpcallsLost);
        Assert.Equal(76, fixture.Kernel.Statistics.Lost);
        Assert.Equal(76, fixture.Kernel.Account.Drops[DropReason.UpcallQueueFull]);
        fixture.AssertBalanced();
    }

    [Fact]
    public void Ports_that_all_flood_share_the_queue_evenly()
    {
        var fixture = new KernelFixture(new KernelDatapathOptions { UpcallQueueCapacity = 40, UpcallQueuePerPort = 40 });
        var random = Seeds.Random(20);
        for (var i = 0; i < 400; i++) fixture.Receive((uint)(random.Next(10) < 7 ? 1 : random.Next(2, 5)), i, Packet);

        var shares = fixture.TakeUpcalls().GroupBy(upcall => upcall.Port).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(4, shares.Count);
        Assert.All(shares.Values, share => Assert.InRange(share, 9, 11));
    }

    [Fact]
    public void A_single_port_is_limited_even_when_the_queue_has_room()
    {
        var fixture = new KernelFixture(new KernelDatapathOptions { UpcallQueueCapacity = 100, UpcallQueuePerPort = 10 });
        for (var i = 0; i < 25; i++) fixture.Receive(1, i, Packet);
        Assert.Equal((10, 15L), (fixture.Kernel.QueuedUpcalls, Port(fixture, 1).UpcallsLost));
    }

    [Fact]
    public void Removing_a_port_drops_its_waiting_upcalls_only()
    {
        var fixture = new KernelFixture();
        fixture.Receive(1, 1, Packet, Packet);
        fixture.Receive(2, 1, Packet);
        Assert.True(fixture.Kernel.RemovePort(new OdpPort(1)));

        Assert.Equal(2, fixture.Kernel.Account.Drops[DropReason.PartStopped]);
        Assert.Equal([2u], fixture.TakeUpcalls().Select(upcall => upcall.Port.Value));
        fixture.Receive(1, 2, Packet);
        Assert.Equal(1, fixture.Kernel.Account.Drops[DropReason.NoSuchPort]);
        fixture.AssertBalanced();
    }

    [Fact]
    public void Idle_and_hard_timeouts_remove_flows_with_their_reason()
    {
        var fixture = new KernelFixture(isOffloaded: false);
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Put(Two, 2, KernelFixture.To(1), 0, hardTimeoutMs: 12_000);
        fixture.Receive(1, 5_000, Packet);
        for (long nowMs = 0; nowMs < 12_000; nowMs += 1_000)
        {
            fixture.Receive(2, nowMs, Packet);
            Assert.Equal(0, fixture.Kernel.Expire(nowMs));
        }

        Assert.Equal(1, fixture.Kernel.Expire(12_000));
        Assert.Equal(0, fixture.Kernel.Expire(14_999));
        Assert.Equal(1, fixture.Kernel.Expire(15_000));

        Assert.Equal([(Two, FlowRemovalReason.HardTimeout, 12L), (One, FlowRemovalReason.IdleTimeout, 1L)],
            fixture.Removed.Select(removed => (removed.Ufid, removed.Reason, removed.Packets)));
        Assert.Equal(5_000, fixture.Removed[1].LastUsedMs);
    }

    [Fact]
    public void Lowering_max_idle_empties_the_table_quickly()
    {
        var fixture = new KernelFixture(isOffloaded: false);
        for (ulong i = 0; i < 50; i++)
        {
            var key = default(FlowKey);
            key.TpSource = (ushort)i;
            key.Normalize();
            var mask = default(FlowMask);
            mask.Bits.TpSource = 0xffff;
            mask.Bits.Normalize();
            fixture.Kernel.FlowPut(new Ufid(0, i), ref key, ref mask, KernelFixture.To(1), 0);
        }

        Assert.Equal(0, fixture.Kernel.Expire(150));
        fixture.Kernel.MaxIdleMs = 100;
        // A bounded walk gets around in as many calls as it needs.
        var removed = 0;
        for (var call = 0; call < 10; call++) removed += fixture.Kernel.Expire(150, 10);
        Assert.Equal((50, 0, 0), (removed, fixture.Kernel.Statistics.FlowCount, fixture.Kernel.Statistics.MaskCount));
    }

    [Fact]
    public void An_offloaded_flow_is_idle_only_as_of_the_nics_last_complete_report()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Kernel.OffloadResult(One, true, null);
        Assert.Equal(0, fixture.Kernel.Expire(60_000));

        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(One, 3, 180, 58_000, 0)]);
        fixture.Kernel.OffloadStatisticsComplete(60_000);
        Assert.Equal(0, fixture.Kernel.Expire(90_000));
        fixture.Kernel.OffloadStatisticsComplete(68_000);
        Assert.Equal(1, fixture.Kernel.Expire(90_000));
    }

    [Fact]
    public void Host_destined_and_local_frames_are_consumed()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(0), 0);
        fixture.Receive(1, 1, Packet);
        fixture.Receive(10, FallbackReason.HostDestined, 1, Packet);
        fixture.Receive(10, FallbackReason.NotProcessable, 1, Packet);

        Assert.Equal((3L, 2L, 0), (fixture.Kernel.Account.Consumed, fixture.Kernel.HostDestined, fixture.Pool.Outstanding));
        Assert.Equal((1L, 1L, 1L),
            (fixture.Kernel.Fallbacks(FallbackReason.NotLearned), fixture.Kernel.Fallbacks(FallbackReason.HostDestined),
            fixture.Kernel.Fallbacks(FallbackReason.NotProcessable)));
        fixture.AssertBalanced();
    }

    [Fact]
    public void A_flood_that_includes_the_host_reaches_the_others_whatever_the_nic_calls_it()
    {
        var fixture = new KernelFixture();
        fixture.Put(One, 1, KernelFixture.To(2, 0, 3), 0);
        fixture.Receive(1, FallbackReason.HostDestined, 1, Packet);

        Assert.Equal([2u, 3u], fixture.Transmitted.Select(frame => frame.Port));
        Assert.Equal((1L, 2L), (fixture.Kernel.Account.Consumed, fixture.Kernel.Account.Created));
        fixture.AssertBalanced();
    }

    [Fact]
    public void A_frame_sent_to_a_tunnel_port_arrives_at_the_peers_tunnel_port()
    {
        var fixture = new KernelFixture();
        fixture.ConnectTunnel();
        fixture.Put(One, 1, new DatapathActions(KernelFixture.ToPeer(), new OutputAction(new OdpPort(20))), 0);
        fixture.Receive(1, 1, Packet);
        var (port, outer) = Assert.Single(fixture.Transmitted);
        Assert.Equal(10u, port);

        var peer = new KernelFixture();
        foreach (var update in KernelFixture.TunnelUpdates(KernelFixture.Theirs, KernelFixture.Ours)) peer.Kernel.ApplyTunnel(update);
        peer.Put(Two, 20, KernelFixture.To(3), 0);
        peer.Receive(10, 2, Convert.FromHexString(outer));

        Assert.Equal([(3u, Convert.ToHexString(Packet))], peer.Transmitted);
        Assert.Equal(1, Port(peer, 20).RxPackets);
        // Without the action there is no outer header to put on, also when one was taken off at ingress.
        peer.Kernel.FlowModify(Two, KernelFixture.To(20));
        peer.Receive(10, 3, Convert.FromHexString(outer));
        Assert.Equal(1, peer.Kernel.Account.Drops[DropReason.NoRoute]);
        peer.AssertBalanced();
    }

    [Fact]
    public void Hits_allocate_nothing()
    {
        var fixture = new KernelFixture { IsRecording = false };
        fixture.ConnectTunnel();
        var value = RandomPackets.Set(Seeds.Random(30), SetGroup.Ethernet);
        var ipv4 = RandomPackets.Set(Seeds.Random(31), SetGroup.Ipv4);
        fixture.Put(One, 1, KernelFixture.To(2), 0);
        fixture.Put(Two, 2, new DatapathActions(value, ipv4, new PushVlanAction(0x8100, 0x1002), new PopVlanAction(),
            new OutputAction(new OdpPort(1)), KernelFixture.ToPeer(), new OutputAction(new OdpPort(20))), 0);
        fixture.Put(new Ufid(3, 3), 3, new DatapathActions(KernelFixture.ToPeer(), new OutputAction(new OdpPort(20))), 0);

        for (var i = 0; i < 200; i++) Round(fixture, i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++) Round(fixture, i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, fixture.Kernel.Account.Drops.Total);

        static void Round(KernelFixture fixture, long nowMs)
        {
            for (uint port = 1; port <= 3; port++)
            {
                var batch = fixture.Pool.RentBatch();
                for (var n = 0; n < 8; n++) batch.Add(RandomPackets.ToFrame(fixture.Pool, Packet, port));
                fixture.Kernel.Receive(batch, FallbackReason.NotLearned, nowMs);
            }
        }
    }

    private static DatapathPort Port(KernelFixture fixture, uint number)
    {
        Assert.True(fixture.Kernel.Ports.TryGet(new OdpPort(number), out var port));
        return port;
    }

    private static PacketModel PlainTcp(byte flags)
    {
        var packet = new PacketModel
        {
            EthDestination = 0x0200_0000_0002, EthSource = 0x0200_0000_0001, EthType = EtherType.Ipv4, Proto = IpProtocol.Tcp, Ttl = 64,
            Source = 0x0a01_0001, Destination = 0x0a01_0002, SourcePort = 1000, DestinationPort = 80, Payload = new byte[20],
            TcpFlags = flags,
        };
        return packet;
    }
}
