using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>What the channel and the card are told to be: far, slow, small, deaf; and what is asked of them that makes no sense.</summary>
public sealed class PcieLimitsTests
{
    private static readonly DatapathActions ToPort2 = new(new OutputAction(new OdpPort(2)));

    private static void Put(ServerRig rig, uint number, DatapathActions? actions = null)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        rig.Put(new Ufid(1, number), Keys.Udp(1, 1, number, 0, 0), mask, actions ?? ToPort2);
    }

    private static OffloadState StateOf(ServerRig rig, uint number) =>
        rig.Kernel.TryGetFlow(new Ufid(1, number), out var flow) ? flow.Offload : OffloadState.None;

    [Theory]
    [InlineData(0, 2)]
    [InlineData(400, 2)]
    [InlineData(5_000, 12)]
    [InlineData(40_000, 82)]
    public void An_offer_takes_the_latency_both_ways(int latencyUs, int atMostMs)
    {
        using var rig = new ServerRig(Seeded.Random(1), new SmartNicOptions { Pcie = new PcieOptions { LatencyUs = latencyUs } });
        rig.Run(200);
        Put(rig, 7);
        var waitedMs = 0;
        for (; StateOf(rig, 7) != OffloadState.Yes; waitedMs++) rig.Run(1);
        Assert.InRange(waitedMs, 2 * (latencyUs / 1_000), atMostMs);
        rig.Run(500);
        Assert.Equal(0, rig.Hook.Pcie.Retransmissions);
    }

    [Fact]
    public void Flows_are_written_at_the_cards_pace_and_no_request_beyond_the_ring_is_under_way()
    {
        var pcie = new PcieOptions { InsertionsPerSecond = 2_000, RingRequests = 64, Window = 256 };
        using var rig = new ServerRig(Seeded.Random(2), new SmartNicOptions { Pcie = pcie });
        for (uint number = 0; number < 500; number++) Put(rig, number);
        for (var ms = 1; ms <= 100; ms++)
        {
            rig.Run(1);
            Assert.InRange(rig.Nic.L2.Count, 2 * ms - 4, 2 * ms + 4);
        }

        Assert.True(rig.Hook.Pcie.UnansweredCount > 64 && rig.Nic.Pcie.Duplicates == 0);
        // What is not on the NIC yet is forwarded all the same.
        rig.Send(1, Frames.Udp(rig.Pool, 1, 499, 5, 7));
        Assert.Equal(2u, Assert.Single(rig.Delivered).Port.Value);
        rig.Run(200);
        Assert.Equal(500, rig.Nic.L2.Count);
        Assert.All(rig.Kernel.Flows, flow => Assert.Equal(OffloadState.Yes, flow.Offload));
    }

    [Fact]
    public void A_NIC_that_hangs_diverts_is_noticed_and_goes_on_where_it_stopped()
    {
        using var rig = new ServerRig(Seeded.Random(3));
        for (uint number = 0; number < 10; number++) Put(rig, number);
        rig.Run(200);
        rig.Send(1, Frames.Udp(rig.Pool, 1, 3, 5, 7));
        rig.Nic.IsHung = true;
        Put(rig, 11);
        Put(rig, 3, new DatapathActions(new OutputAction(new OdpPort(3))));
        rig.Kernel.FlowDelete(new Ufid(1, 4));
        var silentMs = 0;
        for (; rig.Hook.IsReachable; silentMs++) rig.Run(1);
        Assert.InRange(silentMs, 600, 1_000);
        Put(rig, 12);
        Assert.Equal(KernelDatapath.NicSilent, rig.Kernel.Flows.Single(flow => flow.Ufid.Low == 12).OffloadReason);
        rig.Delivered.Clear();
        foreach (var number in (uint[])[3, 4, 11, 12]) rig.Send(1, Frames.Udp(rig.Pool, 1, number, 5, 7));
        // The host has the new policies, and of the deleted flow none.
        Assert.Equal([3u, 2u, 2u], rig.Delivered.Select(delivered => delivered.Port.Value));
        Assert.Equal(4, rig.Nic.Counters.DivertedFrames);
        rig.CheckAccounts();
        Assert.Equal(1, rig.Kernel.PendingDeletes);

        rig.Nic.IsHung = false;
        rig.Settle();
        Assert.True(rig.Hook.IsReachable);
        Assert.Equal((11, 0), (rig.Nic.L2.Count, rig.Kernel.PendingDeletes));
        Assert.All(rig.Kernel.Flows, flow => Assert.Equal(OffloadState.Yes, flow.Offload));
        Assert.Equal(2, rig.Kernel.Flows.Single(flow => flow.Ufid.Low == 3).Packets);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    public void A_NIC_that_hung_uses_no_flow_before_it_has_done_what_the_host_asked_meanwhile(double fault)
    {
        using var rig = new ServerRig(Seeded.Random(5));
        for (uint number = 0; number < 10; number++) Put(rig, number);
        rig.Run(200);
        rig.Nic.IsHung = true;
        while (rig.Hook.IsReachable) rig.Run(1);
        // The host has these in force already: it waits for no NIC that does not answer.
        Put(rig, 3, new DatapathActions(new OutputAction(new OdpPort(3))));
        rig.Kernel.FlowDelete(new Ufid(1, 4));
        rig.Run(1);
        rig.Fault = fault;
        rig.Nic.IsHung = false;
        for (var ms = 0; ms < 2_000; ms++)
        {
            rig.Delivered.Clear();
            foreach (var number in (uint[])[3, 4]) rig.Send(1, Frames.Udp(rig.Pool, 1, number, 5, 7));
            Assert.True(rig.Delivered.All(d => d.Port.Value == 3), $"N11: {ms} ms after the hang a frame follows the old policy");
            rig.Kernel.DropQueued();
            rig.Run(1);
        }

        Assert.False(rig.Nic.IsDiverting(rig.NowMs));
        Assert.True(rig.Nic.Counters.L1Frames > 0);
    }

    [Fact]
    public void The_frame_rings_go_on_while_the_NIC_hangs()
    {
        using var rig = new ServerRig(Seeded.Random(4), new SmartNicOptions { Pcie = new PcieOptions { RingFrames = 64 } });
        Put(rig, 3);
        rig.Run(100);
        rig.Nic.IsHung = true;
        for (var i = 0; i < 500; i++)
        {
            rig.Send(1, Frames.Udp(rig.Pool, 1, 3, 5, 7));
            rig.Run(1);
        }

        Assert.Equal(500, rig.Delivered.Count);
        Assert.False(rig.Hook.IsReachable && rig.NowMs > 1_500);
    }

    [Fact]
    public void What_names_an_unknown_flow_or_port_is_refused_with_a_reason_and_counted()
    {
        using var rig = new NicRig();
        var nobody = new Ufid(9, 9);
        var results = rig.Control(
            new FlowModify(ToPort2, [nobody]), new FlowDelete(nobody), new HostForwarded([new HostShare(nobody, 1, 64)]),
            new PortLimit(new OdpPort(77), PortLimits.None), new PortRemove(new OdpPort(77)));
        Assert.All(results, result => Assert.NotNull(result.Refusal));
        Assert.Equal((3L, 2L), (rig.Nic.Counters.UnknownFlows, rig.Nic.Counters.UnknownPorts));
        Assert.Contains("77", rig.Put(1, 5, new OutputAction(new OdpPort(77))), StringComparison.Ordinal);
        rig.Send(1, 5);
        Assert.Equal(FallbackReason.NotProcessable, Assert.Single(rig.ToHost).Reason);
        rig.CheckAccount();
    }

    [Fact]
    public void Flows_in_a_row_that_get_the_same_actions_share_a_request_and_each_has_its_answer()
    {
        using var rig = new ServerRig(Seeded.Random(4));
        for (uint number = 0; number < 200; number++) Put(rig, number);
        rig.Settle();
        var sent = rig.Hook.Pcie.SentCount;
        var toNowhere = new DatapathActions(new OutputAction(new OdpPort(77)));
        for (uint number = 0; number < 200; number++) Put(rig, number, number == 100 ? toNowhere : DatapathActions.Drop);
        // Two for the 100 before the one that differs, and two for the 99 behind it.
        Assert.Equal(5, rig.Hook.Pcie.SentCount - sent);
        Put(rig, 7, toNowhere);
        rig.Settle();
        Assert.All(rig.Kernel.Flows, flow => Assert.Equal(
            flow.Actions.Equals(toNowhere) ? OffloadState.Refused : OffloadState.Yes, flow.Offload));
        Assert.Equal(2, rig.Kernel.Flows.Count(flow => flow.Offload == OffloadState.Refused));
        Assert.All(rig.Nic.L2.List(), view => Assert.Equal(view.Refusal is null ? 0 : 1, view.Actions.Count));
    }

    [Fact]
    public void A_request_that_was_sent_takes_no_more_flows_and_an_unknown_one_does_not_spoil_the_others()
    {
        using var nic = new NicRig();
        nic.Put(1, 2, new OutputAction(new OdpPort(2)));
        nic.Put(1, 3, new OutputAction(new OdpPort(2)));
        var host = new PcieHostEnd(nic.Nic.Options.Pcie, new Silent(), 9);
        host.Modify(NicRig.UfidOf(1, 2), ToPort2);
        Assert.True(host.TryTakeEnvelope(1, out var first));
        host.Modify(NicRig.UfidOf(1, 3), ToPort2);
        Assert.True(host.TryTakeEnvelope(1, out var second));
        Assert.Equal((1, 1), (Ufids(first), Ufids(second)));
        var result = nic.Control(new FlowModify(DatapathActions.Drop, [NicRig.UfidOf(1, 2), new Ufid(9, 9), NicRig.UfidOf(1, 3)]))[0];
        Assert.Equal((1, false), (Assert.Single(result.Refused).Index, result.IsOk));
        Assert.All(nic.Nic.L2.List(), view => Assert.Empty(view.Actions));

        static int Ufids(PcieEnvelope envelope) => ((FlowModify)Assert.Single(envelope.Messages)).Ufids.Count;
    }

    [Fact]
    public void A_statistics_context_rests_until_the_host_has_the_last_message_that_names_it()
    {
        var nic = new NicRig(new SmartNicOptions { StatisticsContextLimit = 1 });
        var events = new Silent();
        var host = new PcieHostEnd(nic.Nic.Options.Pcie, events, 1);
        var (key, mask) = (Keys.Udp(1, 1, 1, 0, 0), FlowMask.Exact);
        var match = new FlowMatch(ref key, ref mask);
        host.TrySend(new FlowPut(new Ufid(1, 1), match, ToPort2));
        host.TrySend(new FlowDelete(new Ufid(1, 1)));
        host.TrySend(new FlowPut(new Ufid(1, 2), match, ToPort2));
        while (host.TryTakeEnvelope(1, out var envelope)) nic.Nic.ReceiveControl(envelope, 1);
        Assert.Equal((0, 1), (nic.Nic.L2.Count, nic.Nic.L2.Slots.UsedCount));
        while (nic.Nic.TryTakeControl(1, out var envelope)) host.Receive(envelope, 1);
        Assert.Equal([null, null, "all 1 statistics contexts of the NIC are in use"], events.Refusals);
        host.TrySend(new FlowPut(new Ufid(1, 2), match, ToPort2));
        while (host.TryTakeEnvelope(2, out var envelope)) nic.Nic.ReceiveControl(envelope, 2);
        Assert.Equal(1, nic.Nic.L2.Count);
        nic.Dispose();
    }

    [Theory]
    [InlineData(5, 256, 1 << 20)]
    [InlineData(480_000, 3, 1 << 20)]
    [InlineData(480_000, 256, 7)]
    public void When_a_table_is_full_the_rest_is_forwarded_by_the_host_and_told_why(int rules, int masks, int contexts)
    {
        var options = new SmartNicOptions { RuleLimit = rules, MaskLimit = masks, StatisticsContextLimit = contexts };
        using var rig = new ServerRig(Seeded.Random(5), options);
        for (uint number = 0; number < 40; number++)
        {
            var mask = default(FlowMask);
            mask.Bits.Sections = FlowSections.Base;
            mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
            // Eight masks.
            mask.Bits.NwProto = (byte)(number & 7);
            var actions = new DatapathActions(new OutputAction(new OdpPort(number % 4 + 1)));
            rig.Put(new Ufid(1, number), Keys.Udp(1, 1, number, 0, 0), mask, actions);
        }

        rig.Run(200);
        var refused = rig.Kernel.Flows.Where(flow => flow.Offload == OffloadState.Refused).ToList();
        Assert.Equal(40, refused.Count + rig.Nic.L2.Count);
        Assert.NotEmpty(refused);
        Assert.All(refused, flow => Assert.NotEmpty(flow.OffloadReason!));
        for (var round = 0; round < 3; round++)
            for (uint number = 0; number < 40; number++) rig.Send(1, Frames.Udp(rig.Pool, 1, number, 5, 7));
        Assert.Equal(
            Enumerable.Range(0, 3).SelectMany(_ => Enumerable.Range(0, 40).Select(number => (uint)number % 4 + 1)),
            rig.Delivered.Select(delivered => delivered.Port.Value));
        rig.CheckAccounts();
        rig.Settle();
        Assert.All(rig.Kernel.Flows, flow => Assert.Equal(3, flow.Packets));
    }

    [Fact]
    public void Two_ends_that_have_nothing_to_say_allocate_a_small_envelope_per_lease_and_notice_silence_within_a_second()
    {
        var host = new PcieHostEnd(new PcieOptions(), new Silent(), 1);
        var nic = new PcieNicEnd(new PcieOptions(), 1);
        var (sent, nowMs) = (0, 0L);
        void Run(int untilMs, bool isAlive)
        {
            // As their actors tick: the host every 250 ms, the NIC every 200.
            for (; nowMs < untilMs && !host.IsNicSilent; nowMs += 50)
            {
                if (nowMs % 250 == 0)
                {
                    host.Watch(nowMs);
                    Speak();
                }

                if (nowMs % 200 != 0 || !isAlive) continue;
                for (; nic.TryTakeEnvelope(nowMs, out var envelope); sent++)
                {
                    host.Receive(envelope, nowMs);
                    Speak();
                }

                Assert.True(nowMs == 0 || nic.HoldsLease(0, nowMs + 350));
            }
        }

        void Speak()
        {
            for (; host.TryTakeEnvelope(nowMs, out var envelope); sent++) nic.Receive(envelope, nowMs);
        }

        Run(10_000, isAlive: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(110_000, isAlive: true);
        // Only those of the host that promise more than the one before are new, five in a second.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 100 * 5 * 128);
        Assert.InRange(sent, 1_100, 1_400);
        Assert.False(host.IsNicSilent);
        Run(200_000, isAlive: false);
        Assert.InRange(nowMs, 110_600, 111_000);
    }

    [Fact]
    public void A_NIC_whose_first_word_is_about_credit_alone_is_promised_nothing_before_the_first_look()
    {
        var host = new PcieHostEnd(new PcieOptions(), new Silent(), 1);
        var nic = new PcieNicEnd(new PcieOptions(), 1) { IsHung = true };
        Assert.True(nic.TryTakeEnvelope(1, out var credit) && credit.IsCreditOnly);
        host.Receive(credit, 1);
        Assert.True(host.TryTakeEnvelope(1, out var envelope));
        Assert.Equal((1UL, 0L), (envelope.To, envelope.LeaseUntilMs));
    }

    [Fact]
    public void The_NIC_reports_unasked_when_it_is_told_to()
    {
        using var rig = new NicRig(new SmartNicOptions { Pcie = new PcieOptions { StatsPushMs = 50 } });
        rig.Put(1, 5, new OutputAction(new OdpPort(2)));
        rig.Send(1, 5);
        rig.NowMs += 60;
        rig.Nic.Tick(rig.NowMs);
        rig.Control();
        Assert.Equal((NicRig.UfidOf(1, 5), 1L), (Assert.Single(rig.Statistics).Ufid, rig.Statistics[0].Packets));
        rig.NowMs += 60;
        rig.Nic.Tick(rig.NowMs);
        rig.Control();
        Assert.Single(rig.Statistics);
    }

    [Fact]
    public void A_link_event_reaches_the_host_also_when_it_happened_before_there_was_one()
    {
        using var rig = new NicRig();
        rig.Nic.ReportLink(new OdpPort(3), isUp: false);
        rig.Control();
        Assert.Equal(new LinkEvent(new OdpPort(3), IsUp: false), Assert.Single(rig.Links));
        rig.Nic.ReportLink(new OdpPort(3), isUp: true);
        rig.Control();
        Assert.Equal(new LinkEvent(new OdpPort(3), IsUp: true), rig.Links[^1]);
    }

    private sealed class Silent : IPcieHostEvents
    {
        public readonly List<string?> Refusals = [];

        public void Result(PcieRequest request, PcieResult result) => Refusals.Add(result.Refusal);

        public void Statistics(StatsReply reply)
        {
        }

        public void Pushed(StatsPush push)
        {
        }

        public void LinkChanged(LinkEvent link)
        {
        }

        public void NicRestarted()
        {
        }
    }
}
