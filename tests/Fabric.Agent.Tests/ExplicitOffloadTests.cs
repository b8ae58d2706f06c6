using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

public sealed class ExplicitOffloadTests
{
    /// <summary>What X2 leaves to the host.</summary>
    private static readonly ExplicitRefusal[] Exceptions =
        [ExplicitRefusal.Fragment, ExplicitRefusal.SecondTag, ExplicitRefusal.NoIpHeader, ExplicitRefusal.CongestionMark];

    private static ExplicitFlow? Answer(ExplicitOffload offload, FlowKey key)
    {
        ExplicitFlow? best = null;
        foreach (var flow in offload.Flows)
            if (FlowMask.Matches(ref flow.Mask, ref key, ref flow.Key) && (best is null || flow.Rank > best.Rank)) best = flow;
        return best;
    }

    private static ExplicitOffload Start(Bench bench, RecordingPushes pushes, ExplicitOptions? options = null)
    {
        bench.Agent.OffloadExplicitly(options);
        bench.Agent.Explicit!.TakeDump([], pushes);
        return bench.Agent.Explicit;
    }

    [Fact]
    public void The_greatest_rank_does_what_translation_does_or_leaves_it_to_the_host_X1()
    {
        var random = new Random(TestSeed.Value);
        var fabric = new RandomFabric(random, isRanked: true);
        var (answered, left) = (0, 0);
        for (var round = 0; round < 30; round++)
        {
            var bench = fabric.MakeBench();
            var offload = Start(bench, new RecordingPushes());
            for (var i = 0; i < 60; i++)
            {
                var key = fabric.Packet();
                if (Answer(offload, key) is not { IsLeftToHost: false } flow)
                {
                    left++;
                    continue;
                }

                answered++;
                AssertSame(bench, flow, key, round);
            }
        }

        Assert.True(answered > 150 && left > 150, $"{answered} answered, {left} left to the host");
    }

    [Fact]
    public void Rules_on_L2_to_L4_leave_nothing_to_the_host_X2()
    {
        var random = new Random(TestSeed.Value + 1);
        var answered = 0;
        for (var round = 0; round < 25; round++)
        {
            var bench = new Bench().Port(1).Port(2).Port(3).Port(4).Tunnel(10, "remote_ip=flow,key=flow");
            for (var i = 0; i < 30; i++) bench.Rules(PlainRule(random, i));
            var offload = Start(bench, new RecordingPushes());
            foreach (var flow in offload.Flows)
                Assert.True(!flow.IsLeftToHost || Exceptions.Contains(flow.Reason.Refusal), $"{TestSeed.Text}: {flow.Reason}");
            var packets = new RandomFabric(random);
            for (var i = 0; i < 60; i++)
            {
                var key = packets.Packet();
                // An IP packet without a protocol is one whose header is cut off.
                if (key.NwFragment != FragmentBits.None || (key.EthType is EtherType.Ipv4 or EtherType.Ipv6 && key.NwProto == 0)
                    || (key.InnerVlanTci & FlowKey.VlanPresent) != 0
                    || (key.HasTunnel && (key.TunnelTos & 3) == 3)) continue;
                var flow = Answer(offload, key);
                Assert.True(flow is { IsLeftToHost: false }, $"{TestSeed.Text}, round {round}: {flow?.Reason}");
                AssertSame(bench, flow!, key, round);
                answered++;
            }
        }

        Assert.True(answered > 700, $"{answered}");
    }

    [Fact]
    public void A_change_of_rules_pushes_what_is_new_and_pulls_what_is_old_X3()
    {
        var bench = new Bench().Port(1).Port(2).Rules("priority=10,ip,nw_dst=10.0.0.1,actions=output:2", "priority=1,actions=drop");
        var pushes = new RecordingPushes();
        var offload = Start(bench, pushes);
        var before = pushes.Live.Keys.ToHashSet();
        pushes.Log.Clear();
        offload.Refresh(pushes);
        Assert.Empty(pushes.Log);

        bench.Rules("priority=20,tcp,tp_dst=80,actions=output:1");
        offload.Refresh(pushes);
        Assert.All(pushes.Log, line => Assert.StartsWith("push", line, StringComparison.Ordinal));
        Assert.Superset(before, pushes.Live.Keys.ToHashSet());
        pushes.Log.Clear();

        Assert.True(bench.Agent.TryDeleteRules("br-int", "priority=20,tcp,tp_dst=80", strict: true, 1_000, out var error), error);
        offload.Refresh(pushes);
        Assert.All(pushes.Log, line => Assert.StartsWith("pull", line, StringComparison.Ordinal));
        Assert.Equal(before, pushes.Live.Keys.ToHashSet());
    }

    [Fact]
    public void At_each_step_of_a_change_a_packet_is_treated_by_the_old_rules_or_the_new_X3()
    {
        var random = new Random(TestSeed.Value + 2);
        for (var round = 0; round < 25; round++)
        {
            var bench = new Bench().Port(1).Port(2).Port(3).Port(4).Tunnel(10, "remote_ip=flow,key=flow");
            for (var i = 0; i < 12; i++) bench.Rules(PlainRule(random, i));
            var pushes = new RecordingPushes();
            var offload = Start(bench, pushes);
            var packets = Enumerable.Range(0, 20).Select(_ => new RandomFabric(random).Packet()).ToArray();
            var old = packets.Select(p => pushes.Effect(p)).ToArray();
            var changing = new RecordingPushes(pushes);
            pushes.Steps.Clear();
            for (var i = 12; i < 15; i++) bench.Rules(PlainRule(random, i));
            bench.Agent.TryDeleteRules("br-int", Invariant($"table={random.Next(2)},in_port={random.Next(1, 4)}"), false, 1_000, out _);
            offload.Refresh(pushes);
            var now = packets.Select(p => pushes.Effect(p)).ToArray();
            foreach (var step in pushes.Steps)
            {
                step(changing);
                for (var i = 0; i < packets.Length; i++)
                {
                    var effect = changing.Effect(packets[i]);
                    Assert.True(effect == old[i] || effect == now[i], $"{TestSeed.Text}, round {round}");
                }
            }
        }
    }

    [Fact]
    public void What_the_NIC_counts_is_credited_once_X4()
    {
        var bench = new Bench().Port(1).Port(2).Rules("priority=10,ip,nw_dst=10.0.0.1,actions=output:2", "priority=1,actions=drop");
        var pushes = new RecordingPushes();
        var offload = Start(bench, pushes);
        var flow = Answer(offload, Bench.Key(101, "tcp,nw_dst=10.0.0.1"))!;
        offload.TakeDump([new FlowStatistics(flow.Ufid, 5, 500, 2_000)], pushes);
        offload.TakeDump([new FlowStatistics(flow.Ufid, 7, 700, 2_100)], pushes);
        var rule = bench.Bridge.Tables.Rules.Single(r => r.Priority == 10);
        Assert.Equal((7L, 700L), (rule.Packets, rule.Bytes));

        bench.Rules("priority=20,in_port=1,actions=drop");
        offload.Refresh(pushes);
        Assert.True(offload.FlowRemoved(new FlowStatistics(flow.Ufid, 9, 900, 2_200)));
        Assert.Equal((9L, 900L), (rule.Packets, rule.Bytes));
        Assert.False(offload.FlowRemoved(new FlowStatistics(flow.Ufid, 9, 900, 2_200)));
    }

    [Fact]
    public void An_agent_that_starts_again_takes_over_what_it_finds_and_counts_from_there_X4()
    {
        string[] rules = ["priority=10,ip,nw_dst=10.0.0.1,actions=output:2", "priority=1,actions=drop"];
        var first = Start(new Bench().Port(1).Port(2).Rules(rules), new RecordingPushes());
        var flow = Answer(first, Bench.Key(101, "tcp,nw_dst=10.0.0.1"))!;

        var bench = new Bench().Port(1).Port(2).Rules(rules);
        var pushes = new RecordingPushes();
        var stranger = new Ufid(1, 2);
        bench.Agent.OffloadExplicitly();
        bench.Agent.Explicit!.TakeDump([new FlowStatistics(flow.Ufid, 7, 700, 2_000), new FlowStatistics(stranger, 1, 1, 1)], pushes);
        Assert.Contains($"pull {stranger}", pushes.Log);
        bench.Agent.Explicit.TakeDump([new FlowStatistics(flow.Ufid, 8, 800, 2_000)], pushes);
        Assert.Equal(1, bench.Bridge.Tables.Rules.Single(r => r.Priority == 10).Packets);
    }

    [Fact]
    public void A_port_that_comes_to_too_many_flows_is_left_to_the_host_X5()
    {
        var bench = new Bench().Port(1).Port(2);
        for (var i = 0; i < 40; i++)
            bench.Rules(Invariant($"table=0,priority={i + 1},ip,nw_dst=10.0.0.{i},actions=resubmit(,1)"),
                Invariant($"table=1,priority={i + 1},tcp,tp_dst={i},actions=output:2"));
        var offload = Start(bench, new RecordingPushes(), new ExplicitOptions { MaxFlowsPerPort = 100 });
        Assert.True(offload.Flows.Count <= 4, $"{offload.Flows.Count}");
        Assert.Equal(ExplicitRefusal.TooMany, Answer(offload, Bench.Key(101, "tcp,nw_dst=10.0.0.1,tp_dst=5"))!.Reason.Refusal);
        Assert.Equal(0, offload.PushedCount);
    }

    [Theory]
    [InlineData("NORMAL", ExplicitRefusal.Normal)]
    [InlineData("ct(commit),output:2", ExplicitRefusal.Connection)]
    [InlineData("learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),output:2", ExplicitRefusal.Learn)]
    [InlineData("controller", ExplicitRefusal.Controller)]
    [InlineData("multipath(symmetric_l4,0,modulo_n,4,0,NXM_NX_REG0[0..7]),output:2", ExplicitRefusal.Hash)]
    [InlineData("move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],output:2", ExplicitRefusal.Field)]
    [InlineData("check_pkt_larger(100)->NXM_NX_REG3[0],output:2", ExplicitRefusal.PacketLength)]
    public void What_cannot_be_decided_before_goes_to_the_host_with_its_reason(string actions, ExplicitRefusal refusal)
    {
        var bench = new Bench().Port(1).Port(2).Rules($"priority=10,tcp,tp_dst=80,actions={actions}", "priority=1,actions=output:2");
        var offload = Start(bench, new RecordingPushes());
        Assert.Equal(refusal, Answer(offload, Bench.Key(101, "tcp,dl_src=02:00:00:00:00:07,tp_dst=80"))!.Reason.Refusal);
        Assert.False(Answer(offload, Bench.Key(101, "tcp,tp_dst=81"))!.IsLeftToHost);
    }

    private static void AssertSame(Bench bench, ExplicitFlow flow, FlowKey key, int round)
    {
        var translated = bench.Agent.Translate(ref key);
        var (expected, actual) = (PacketEffects.Of(translated.Actions, key), PacketEffects.Of(flow.Actions, key));
        if (expected == actual) return;
        Assert.Fail($"{TestSeed.Text}, round {round}: {flow.Actions} of rank {flow.Rank} instead of {translated.Actions}\n"
            + FlowText.Format(ref flow.Key, ref flow.Mask) + "\n" + bench.Agent.Trace(ref key).Trace);
    }

    private static string PlainRule(Random random, int number)
    {
        string Pick(params string[] from) => from[random.Next(from.Length)];
        var kind = Pick("", "ip", "tcp", "udp", "arp", "ipv6", "tcp6");
        var match = kind.Length == 0 ? "" : kind + ",";
        if (random.Next(3) == 0) match += Pick("in_port=1,", "in_port=2,", "in_port=10,");
        if (random.Next(3) == 0) match += Pick(
            "dl_dst=00:00:00:00:00:0a,", "dl_src=00:00:00:00:00:0b,", "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,");
        var tag = random.Next(6);
        if (tag == 0) match += "dl_vlan=10,";
        if (tag == 1) match += "vlan_tci=0/0x1000,";
        if (kind is "ip" or "tcp" or "udp" && random.Next(2) == 0)
            match += Invariant($"nw_dst=10.0.0.{random.Next(4)}/{random.Next(28, 33)},");
        if (kind is "tcp" or "udp" or "tcp6" && random.Next(2) == 0) match += Invariant($"tp_dst={random.Next(79, 82)},");
        var table = random.Next(3) == 0 ? 1 : 0;
        var actions = new List<string>();
        for (var i = random.Next(3); i > 0; i--)
        {
            actions.Add(Pick(
                "output:1", "output:2", "output:3", "mod_dl_src:00:00:00:00:00:0c", "mod_dl_dst:00:00:00:00:00:0b", "set_field:5->metadata",
                "load:0x5->NXM_NX_REG0[]", kind is "ip" or "tcp" ? "mod_nw_src:10.0.0.3" : "output:1",
                kind is "ip" ? "mod_nw_dst:10.0.0.2" : "output:2", kind is "tcp" or "udp" ? "mod_tp_dst:443" : "output:3",
                kind is "ip" or "ipv6" ? "mod_nw_tos:32" : "output:1", tag == 0 ? "strip_vlan" : "output:2",
                tag == 1 ? "push_vlan:0x8100,set_field:4126->vlan_vid" : "output:3",
                "set_tunnel:7,set_field:192.0.2.7->tun_dst,output:10", table == 0 ? "resubmit(,1)" : "output:1"));
        }

        actions.Add(table == 0 && random.Next(2) == 0 ? "resubmit(,1)" : Pick("output:2", "output:3", "drop"));
        if (actions[^1] == "drop") actions = ["drop"];
        return Invariant($"table={table},priority={number + 1},{match}actions={string.Join(',', actions)}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A NIC that has what it was given.</summary>
    private sealed class RecordingPushes : IExplicitDatapath
    {
        public RecordingPushes(RecordingPushes? like = null)
        {
            if (like is not null) foreach (var (ufid, flow) in like.Live) Live.Add(ufid, flow);
        }

        public Dictionary<Ufid, (FlowRank Rank, FlowKey Key, FlowMask Mask, string Actions, DatapathActions List)> Live { get; } = [];

        public List<string> Log { get; } = [];

        public List<Action<RecordingPushes>> Steps { get; } = [];

        public void FlowPush(
            Ufid ufid, FlowRank rank, ref FlowKey key, ref FlowMask mask, DatapathActions actions, string? leftToHost)
        {
            var flow = (rank, key, mask, leftToHost ?? "", actions);
            Live[ufid] = flow;
            Log.Add($"push {ufid}");
            Steps.Add(other => other.Live[ufid] = flow);
        }

        public void FlowPull(Ufid ufid)
        {
            Live.Remove(ufid);
            Log.Add($"pull {ufid}");
            Steps.Add(other => other.Live.Remove(ufid));
        }

        public string Effect(FlowKey key)
        {
            (FlowRank Rank, string Effect)? best = null;
            foreach (var (rank, masked, mask, host, actions) in Live.Values)
            {
                var (k, m) = (masked, mask);
                if (FlowMask.Matches(ref m, ref key, ref k) && (best is null || rank > best.Value.Rank))
                    best = (rank, host.Length > 0 ? "host" : PacketEffects.Of(actions, key));
            }

            return best?.Effect ?? "miss";
        }
    }
}
