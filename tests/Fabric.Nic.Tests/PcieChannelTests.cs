using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// Properties P1 to P4 of <see cref="PcieChannel"/>, and N4 of <see cref="SmartNic"/>, over a channel that loses and reorders.
/// </summary>
public sealed class PcieChannelTests
{
    private static readonly DatapathActions[] Choices =
    [
        new(new OutputAction(new OdpPort(2))),
        new(new OutputAction(new OdpPort(3))),
        new(new OutputAction(new OdpPort(2)), new OutputAction(new OdpPort(4))),
        new(new UserspaceAction(0, UserspaceReason.Controller)),
        DatapathActions.Drop,
    ];

    private static Ufid UfidOf(int number) => new(1, (ulong)number);

    private static void Put(ServerRig rig, int number, DatapathActions actions)
    {
        var key = Keys.Udp(1, 1, (uint)number, 0, 0);
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        rig.Put(UfidOf(number), key, mask, actions);
    }

    /// <summary>Flows 0 to 29 come, change and go while frames of them are sent.</summary>
    private static Dictionary<int, long> Churn(ServerRig rig, Random random, int steps, Action<int>? after = null)
    {
        var sentSincePut = new Dictionary<int, long>();
        for (var step = 0; step < steps; step++)
        {
            var number = random.Next(30);
            switch (random.Next(10))
            {
                case 0 or 1:
                    if (!rig.Kernel.TryGetFlow(UfidOf(number), out _)) sentSincePut[number] = 0;
                    Put(rig, number, Choices[random.Next(Choices.Length)]);
                    break;
                case 2:
                    rig.Kernel.FlowDelete(UfidOf(number));
                    sentSincePut.Remove(number);
                    break;
                default:
                    if (rig.Kernel.TryGetFlow(UfidOf(number), out _)) sentSincePut[number]++;
                    rig.Send(1, Frames.Udp(rig.Pool, 1, (uint)number, (ushort)random.Next(4), 7, number));
                    break;
            }

            if (random.Next(3) == 0) rig.Run(1);
            after?.Invoke(step);
            rig.CheckAccounts();
        }

        return sentSincePut;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Loss_doubling_and_reordering_end_in_the_state_of_the_host(int salt)
    {
        var random = Seeded.Random(salt);
        using var rig = new ServerRig(random) { Fault = 0.25 };
        Churn(rig, random, 1_500);
        rig.Settle();
        Assert.True(rig.Hook.Pcie.Retransmissions > 0 && rig.Nic.Pcie.Duplicates > 0);

        var onHost = rig.Kernel.Flows.ToDictionary(flow => flow.Ufid);
        var onNic = rig.Nic.L2.List().ToDictionary(flow => flow.Ufid);
        Assert.Equal(onHost.Keys.OrderBy(ufid => ufid.Low), onNic.Keys.OrderBy(ufid => ufid.Low));
        foreach (var (ufid, flow) in onHost)
        {
            Assert.Equal(flow.Actions, onNic[ufid].Actions);
            Assert.Equal(flow.Offload == Datapath.OffloadState.Yes, onNic[ufid].Trap is null);
            Assert.Equal(flow.OffloadReason, onNic[ufid].Refusal);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Statistics_are_exact_in_both_tiers_once_traffic_stops(int salt)
    {
        var random = Seeded.Random(salt);
        using var rig = new ServerRig(random) { Fault = 0.2 };
        // Without refusals every frame of a flow is counted by exactly one of the two datapaths.
        for (var number = 0; number < 30; number++) Put(rig, number, Choices[number % 3]);
        var sent = new long[30];
        for (var step = 0; step < 3_000; step++)
        {
            var number = random.Next(30);
            sent[number]++;
            rig.Send(1, Frames.Udp(rig.Pool, 1, (uint)number, (ushort)random.Next(4), 7, number));
            if (random.Next(200) == 0) Put(rig, random.Next(30), Choices[random.Next(3)]);
            if (random.Next(10) == 0) rig.Run(1);
        }

        rig.Settle();
        for (var number = 0; number < 30; number++)
        {
            Assert.True(rig.Kernel.TryGetFlow(UfidOf(number), out var flow));
            Assert.True(sent[number] == flow.Packets, $"flow {number}: sent {sent[number]}, L3 counts {flow.Packets}, {Seeded.Note}");
            Assert.Equal(sent[number] * Frames.Size, flow.Bytes);
            var copy = rig.Nic.L2.List().Single(view => view.Ufid == flow.Ufid);
            Assert.Equal((flow.Packets, flow.Bytes), (copy.Packets, copy.Bytes));
        }
    }

    [Fact]
    public void A_pull_is_complete_only_when_its_own_reports_have_come()
    {
        var random = Seeded.Random(10);
        using var rig = new ServerRig(random) { Fault = 0.2 };
        for (var number = 0; number < 20; number++) Put(rig, number, Choices[0]);
        rig.Run(500);
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < 10; i++) rig.Send(1, Frames.Udp(rig.Pool, 1, (uint)random.Next(20), 5, 7));
            rig.Hook.PullStatistics(rig.NowMs);
            if (random.Next(2) == 0) rig.Run(random.Next(3));
            rig.Hook.PullStatistics(rig.NowMs);
            for (var waitedMs = 0; !rig.Hook.IsSettled; waitedMs++)
            {
                Assert.True(waitedMs < 20_000, Seeded.Note);
                rig.Run(1);
            }

            Assert.Equal(10 * (round + 1), rig.Kernel.Flows.Sum(flow => flow.Packets));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Once_a_delete_is_answered_no_frame_follows_the_flow(int salt)
    {
        var random = Seeded.Random(salt);
        using var rig = new ServerRig(random) { Fault = 0.25 };
        for (var round = 0; round < 150; round++)
        {
            var number = round % 7;
            Put(rig, number, Choices[round % 3]);
            rig.Run(random.Next(40));
            for (var i = 0; i < 3; i++) rig.Send(1, Frames.Udp(rig.Pool, 1, (uint)number, 5, 7));
            rig.Kernel.FlowDelete(UfidOf(number));
            for (var waitedMs = 0; rig.Kernel.IsDeletePending(UfidOf(number)); waitedMs++)
            {
                Assert.True(waitedMs < 10_000, $"the delete is answered, {Seeded.Note}");
                rig.Run(1);
            }

            rig.Delivered.Clear();
            rig.Send(1, Frames.Udp(rig.Pool, 1, (uint)number, 5, 7));
            Assert.True(rig.Delivered.Count == 0, $"N4, round {round}, {Seeded.Note}");
            rig.CheckAccounts();
        }

        Assert.Equal(150, rig.Removed.Count);
        Assert.Equal(150 * 3, rig.Removed.Sum(removed => removed.Packets));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void A_NIC_that_is_reset_at_random_is_always_brought_up_to_date(int salt)
    {
        var random = Seeded.Random(salt);
        using var rig = new ServerRig(random) { Fault = 0.15 };
        Churn(rig, random, 1_000, _ =>
        {
            if (random.Next(100) == 0) rig.Nic.Reset();
        });
        rig.Settle();
        Assert.True(rig.Hook.NicRestarts > 0 && rig.Nic.Counters.Resets > 0);
        Assert.Equal(rig.Kernel.Flows.Select(flow => flow.Ufid.Low).Order(), rig.Nic.L2.List().Select(flow => flow.Ufid.Low).Order());
        Assert.All(rig.Kernel.Flows, flow => Assert.True(flow.Offload is Datapath.OffloadState.Yes or Datapath.OffloadState.Refused));
        foreach (var flow in rig.Nic.L2.List())
        {
            Assert.True(rig.Kernel.TryGetFlow(flow.Ufid, out var original));
            Assert.Equal(original.Actions, flow.Actions);
        }
    }

    [Fact]
    public void A_kernel_that_restarts_ends_flows_at_once_and_tunnels_it_does_not_repeat_when_it_has_spoken()
    {
        using var rig = new NicRig();
        rig.AddVxlan();
        rig.Put(1, 2, new OutputAction(new OdpPort(2)));
        var peer = Assert.Single(rig.Nic.Tunnels.Peers);
        rig.RestartHost();
        var port = new Tunnels.AddTunnelPort(Assert.Single(rig.Nic.Tunnels.Ports));
        rig.Control(new TunnelChange(port));
        Assert.Equal((0, 1), (rig.Nic.L2.Count, rig.Nic.Tunnels.Peers.Count));
        rig.Control(new StatsPull());
        Assert.Empty(rig.Nic.Tunnels.Peers);
        Assert.Empty(rig.Nic.Tunnels.Routes);
        Assert.Equal(port.Port, Assert.Single(rig.Nic.Tunnels.Ports));

        rig.RestartHost();
        rig.AddVxlan();
        rig.Control(new StatsPull());
        Assert.Equal(peer, Assert.Single(rig.Nic.Tunnels.Peers));
        Assert.Single(rig.Nic.Tunnels.Routes);
    }

    [Fact]
    public void Messages_arrive_once_and_in_order_within_the_window()
    {
        var random = Seeded.Random(9);
        var options = new PcieOptions { Window = 5, RetransmitMs = 7 };
        var events = new Recorder();
        var (host, nic) = (new PcieHostEnd(options, events, 4), new PcieNicEnd(options, 1));
        var wire = new List<(bool ToNic, PcieEnvelope Envelope)>();
        var received = new List<ulong>();
        for (var number = 0; number < 200; number++) Assert.True(host.TrySend(new FlowDelete(UfidOf(number))));
        for (var nowMs = 1; nowMs < 20_000 && events.Results.Count < 200; nowMs++)
        {
            while (host.TryTakeEnvelope(nowMs, out var envelope)) wire.Add((true, envelope));
            while (nic.TryTakeEnvelope(nowMs, out var envelope)) wire.Add((false, envelope));
            var highest = wire.Where(sent => sent.ToNic)
                .Select(sent => sent.Envelope.Sequence + (ulong)Math.Max(1, sent.Envelope.Messages.Length) - 1).DefaultIfEmpty().Max();
            Assert.True(highest <= (ulong)received.Count + 5, "P2");
            for (var step = 0; step < 3 && wire.Count > 0; step++)
            {
                var index = random.Next(wire.Count);
                var (toNic, envelope) = wire[index];
                if (random.Next(4) != 0) wire.RemoveAt(index);
                if (random.Next(4) == 0) continue;
                if (!toNic) host.Receive(envelope, nowMs);
                else nic.Receive(envelope, nowMs);
                while (nic.TryTakeRequest(out var sequence, out var request))
                {
                    received.Add(((FlowDelete)request).Ufid.Low);
                    nic.Send(new PcieResult(sequence, null));
                }
            }

            if (wire.Count > 400) wire.RemoveRange(0, 200);
        }

        Assert.Equal(Enumerable.Range(0, 200).Select(number => (ulong)number), received);
        Assert.Equal(Enumerable.Range(0, 200).Select(number => (ulong)number), events.Results);
    }

    [Fact]
    public void Envelopes_of_another_epoch_or_an_earlier_life_change_nothing()
    {
        var events = new Recorder();
        var (host, nic) = (new PcieHostEnd(new PcieOptions(), events, 4), new PcieNicEnd(new PcieOptions(), 2));
        host.TrySend(new FlowFlush());
        Assert.True(host.TryTakeEnvelope(1, out var first));
        Assert.True(nic.Receive(first, 1));
        Assert.False(nic.Receive(first with { Epoch = 3 }, 1));
        host.Receive(new PcieEnvelope(4, 2, 0, [], 0, 0), 1);
        host.Receive(new PcieEnvelope(4, 1, 1, [new PcieResult(1, null)], 1, 0), 1);
        host.Receive(new PcieEnvelope(3, 2, 1, [new PcieResult(1, null)], 1, 0), 1);
        Assert.Empty(events.Results);
        Assert.False(nic.Receive(first with { To = 1, Epoch = 5 }, 1));
        Assert.Equal((2L, 2L), (nic.Strangers, host.Strangers));
        host.Receive(new PcieEnvelope(4, 2, 1, [new PcieResult(1, null)], 1, 0), 1);
        Assert.Single(events.Results);
        host.Receive(new PcieEnvelope(0, 3, 0, [], 0, 0), 1);
        Assert.Equal((1, 5UL), (events.Restarts, host.Epoch));
    }

    [Fact]
    public void Offers_beyond_the_queue_are_refused_and_deletes_are_not()
    {
        var host = new PcieHostEnd(new PcieOptions { MaxWaitingPuts = 2 }, new Recorder(), 1);
        var (key, mask) = (default(FlowKey), default(FlowMask));
        var match = new FlowMatch(ref key, ref mask);
        FlowPut Offer(int number) => new(UfidOf(number), match, DatapathActions.Drop);
        Assert.True(host.TrySend(Offer(1)));
        Assert.True(host.TrySend(Offer(2)));
        Assert.False(host.TrySend(Offer(3)));
        Assert.True(host.TrySend(new FlowDelete(UfidOf(3))));
    }

    private sealed class Recorder : IPcieHostEvents
    {
        public readonly List<ulong> Results = [];
        public int Restarts;

        public void Result(PcieRequest request, PcieResult result) =>
            Results.Add(request is FlowDelete delete ? delete.Ufid.Low : result.Request);

        public void Statistics(StatsReply reply)
        {
        }

        public void Pushed(StatsPush push)
        {
        }

        public void LinkChanged(LinkEvent link)
        {
        }

        public void NicRestarted() => Restarts++;
    }
}
