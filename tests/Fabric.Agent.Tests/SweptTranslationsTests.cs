using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>A sweep in which flows share translations comes to what one comes to that translates each flow for itself.</summary>
public sealed class SweptTranslationsTests
{
    private const string Hashing = "actions=multipath(symmetric_l3l4+udp,1024,modulo_n,64,0,NXM_NX_REG0[]),output:2";

    /// <summary>Of changes that make many flows one, and of some that tell flows apart that were one.</summary>
    private static readonly string[] Changes =
    [
        "+table=0,priority=90,ip,actions=drop", "+table=0,priority=91,in_port=1,actions=output:2", "+table=0,priority=92,actions=NORMAL",
        "+table=1,priority=93,tcp,actions=output:3", "+table=0,priority=94,ipv6,actions=resubmit(,1)",
        "+table=0,priority=95,ip,nw_dst=10.0.0.1,actions=ct(commit,zone=5)", "+table=2,priority=96,udp,actions=controller",
        "+table=0,priority=97,tcp,tp_dst=80,actions=output:1",
        "+table=0,priority=98,dl_src=00:00:00:00:00:0a,actions=mod_nw_tos:32,output:3",
        "+table=0,priority=99,ip,actions=learn(table=2,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),output:2",
        "-table=0,priority=90,ip", "-table=0,priority=92", "-table=0,priority=91,in_port=1", "-table=0,ip", "-table=1", "-table=2", "-",
    ];

    private readonly FramePool _pool = new();

    [Fact]
    public void Flows_that_share_translations_end_as_those_that_do_not_X1_X2_X3()
    {
        var random = new Random(TestSeed.Value + 4);
        var shared = 0L;
        for (var round = 0; round < 20; round++)
        {
            var (seed, mayRank) = (random.Next(), random.Next(2) == 0);
            var benches = Enumerable.Range(0, 2).Select(_ => new RandomFabric(new Random(seed), mayRank).MakeBench()).ToArray();
            benches[1].Agent.Revalidator.SharesTranslations = false;
            var fabric = new RandomFabric(random);
            for (var step = 0; step < 6; step++)
            {
                var packets = Enumerable.Range(0, 40).Select(_ => fabric.Packet()).ToArray();
                var changes = Enumerable.Range(0, random.Next(3)).Select(_ => Changes[random.Next(Changes.Length)]).ToArray();
                var counts = random.Next();
                foreach (var bench in benches)
                {
                    foreach (var packet in packets) Send(bench, packet);
                    foreach (var change in changes) Apply(bench, change);
                    bench.NowMs += 100;
                    Sweep(bench, new Random(counts));
                }

                var (sharing, alone) = (StateOf(benches[0]), StateOf(benches[1]));
                Assert.True(sharing == alone, $"{TestSeed.Text}, round {round}, step {step}\n{sharing}\n--- but one by one\n{alone}");
            }

            shared += benches[0].Agent.Revalidator.SharedCount;
            Assert.Equal(0, benches[1].Agent.Revalidator.SharedCount);
        }

        Assert.True(shared > 30, $"only {shared} translations were shared");
    }

    [Fact]
    public void A_rule_gone_from_under_many_flows_is_translated_once_X1()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Rules("priority=5,in_port=1,udp," + Hashing, "priority=1,actions=output:3");
        for (var i = 0; i < 500; i++) bench.Upcall(101, $"udp,nw_src=10.0.{i >> 8}.{i & 255},nw_dst=10.1.0.1,tp_src=5,tp_dst=6");
        Assert.Equal(500, bench.Agent.Revalidator.FlowCount);
        Apply(bench, "-priority=5,in_port=1,udp");
        Sweep(bench, new Random(1));
        Assert.Equal((500, 499), (bench.Datapath.Modifies.Count, bench.Agent.Revalidator.SharedCount));
        Assert.All(bench.Datapath.Modifies, m => Assert.Equal("103", m.Actions.ToString()));
    }

    [Fact]
    public void Rules_that_still_tell_flows_apart_do_so_X1()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Rules("priority=5,in_port=1,udp," + Hashing);
        for (var i = 0; i < 300; i++) bench.Upcall(101, $"udp,nw_src=10.0.{i >> 8}.{i & 255},nw_dst=10.1.0.1,tp_src=5,tp_dst=6");
        bench.Rules("priority=9,udp,nw_src=10.0.0.7,actions=output:3", "priority=8,udp,nw_src=10.0.0.0/25,actions=drop",
            "priority=7,udp,actions=output:1,output:2");
        Sweep(bench, new Random(1));
        var actions = bench.Agent.Revalidator.Flows.GroupBy(f => f.Actions.ToString()).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal((1, 127, 0), (actions["103"], actions["drop"], bench.Datapath.Deletes.Count));
        Assert.True(bench.Agent.Revalidator.SharedCount > 250, $"only {bench.Agent.Revalidator.SharedCount} were shared");
    }

    private void Send(Bench bench, FlowKey packet)
    {
        Assert.True(_pool.TryRent(100, out var frame));
        var result = bench.Agent.HandleUpcall(frame, ref packet, UserspaceReason.Miss, bench.NowMs, bench.Datapath);
        // Some come back from the datapath.
        if (result.Cache.Recirculations.Count == 0 || packet.RecircId != 0) return;
        packet.RecircId = result.Cache.Recirculations[0].Id;
        if (result.Cache.Recirculations[0].State.IsTracked) (packet.CtState, packet.CtZone) = (0x21, 5);
        packet.Normalize();
        Send(bench, packet);
    }

    private static void Apply(Bench bench, string change)
    {
        var error = "";
        var rule = change[1..];
        Assert.True(
            change[0] == '+' ? bench.Agent.TryAddRule("br-int", rule, bench.NowMs, out error)
                : bench.Agent.TryDeleteRules("br-int", rule, strict: rule.StartsWith("table=0,priority", StringComparison.Ordinal),
                    bench.NowMs, out error),
            $"{change}: {error}");
    }

    private static void Sweep(Bench bench, Random random)
    {
        FlowStatistics[] dump =
        [
            .. bench.Agent.Revalidator.Flows.OrderBy(f => f.Ufid.High).ThenBy(f => f.Ufid.Low).Select(f => new FlowStatistics(
                f.Ufid, f.Packets + random.Next(3), f.Bytes + 100, bench.NowMs, TcpFlags: (ushort)random.Next(4))),
        ];
        bench.Agent.Sweep(dump, bench.NowMs, durationMs: 1, bench.Datapath);
        // What was deleted is gone at once.
        foreach (var (ufid, _) in bench.Datapath.Deletes) bench.Agent.Revalidator.FlowRemoved(new FlowStatistics(ufid, 0, 0, 0));
    }

    private static string StateOf(Bench bench)
    {
        var flows = bench.Agent.Revalidator.Flows.OrderBy(f => f.Ufid.High).ThenBy(f => f.Ufid.Low).Select(f =>
            $"{f.Ufid} {f.Actions} {string.Join(' ', f.Cache.Rules.Select(r => $"{r.Table}/{r.Priority}"))} {f.Packets} {f.UsedMs}");
        var told = bench.Datapath.Modifies.Select(m => $"modify {m.Ufid} {m.Actions}")
            .Concat(bench.Datapath.Deletes.Select(d => $"delete {d.Ufid} {d.Reason}"));
        return string.Join('\n', flows.Concat(told).Concat(bench.Agent.DumpRules("br-int", bench.NowMs))
            .Concat(bench.Agent.DumpRules("br-ex", bench.NowMs)).Append(bench.Bridge.FormatMacs(bench.NowMs)));
    }
}
