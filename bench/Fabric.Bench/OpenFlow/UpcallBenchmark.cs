using Fabric.Agent;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Bench.OpenFlow;

/// <summary>
/// The agent's part of setting flows up: translation alone, and whole upcalls of 5-tuples never seen before, each answered by a flow and an
/// execution. The datapath is one that takes everything and does nothing.
/// </summary>
internal sealed class UpcallBenchmark : IBenchmark
{
    private const int PacketCount = 16_384;
    private const int RuleCount = 10_000;

    private long _serial;

    public string Name => "upcall";

    public string Purpose => "translations/s and upcalls/s of new 5-tuples: a switch that learns, a pipeline of four tables, 10 k filters";

    public void Run(BenchRun run)
    {
        Measure(run, "NORMAL", ["priority=0,actions=NORMAL"], null);
        Measure(run, "4 tables", Pipeline, null);
        Measure(run, "10 k filters", [], new FilterSet(FilterProfile.AccessControl, RuleCount, seed: 1));
    }

    private static string[] Pipeline =>
    [
        "table=0,priority=10,in_port=1,actions=load:7->NXM_NX_REG1[],resubmit(,1)", "table=0,priority=0,actions=resubmit(,1)",
        "table=1,priority=10,ip,nw_dst=10.0.0.0/8,actions=resubmit(,2)", "table=1,priority=0,actions=drop",
        "table=2,priority=10,tcp,actions=resubmit(,3)", "table=2,priority=5,udp,actions=resubmit(,3)",
        "table=3,priority=10,tcp,reg1=7,actions=dec_ttl,mod_dl_src:02:00:00:00:00:09,output:2", "table=3,priority=0,actions=output:3",
    ];

    private void Measure(BenchRun run, string title, string[] rules, FilterSet? filters)
    {
        var agent = MakeAgent();
        foreach (var rule in rules) Invariant.Check(agent.TryAddRule("br0", rule, 0, out _), "the benchmark's rules are right");
        foreach (var mod in filters?.Mods ?? []) agent.TryApply("br0", mod, 0, out _);
        Rates.Measure(run, new BenchCase($"{title}, translation", "M/s"), PacketCount, count =>
        {
            for (var i = 0; i < count; i++)
            {
                var key = NewKey();
                agent.Translate(ref key);
            }
        }, bytes: new BenchCase($"{title}, translation, allocated", "B each", MoreIsBetter: false));

        var pool = new FramePool();
        var sink = new TakingDatapath(pool);
        agent.Revalidator.Limit.Set(int.MaxValue);
        Rates.Measure(run, new BenchCase($"{title}, upcall", "M/s"), PacketCount, count =>
        {
            for (var i = 0; i < count; i++)
            {
                var key = NewKey();
                Invariant.Check(pool.TryRent(60, out var frame), "a frame is free");
                agent.HandleUpcall(frame, ref key, UserspaceReason.Miss, 1000, sink);
            }

            agent.Revalidator.DatapathLost();
        }, bytes: new BenchCase($"{title}, upcall, allocated", "B each", MoreIsBetter: false));
    }

    private static OvsAgent MakeAgent()
    {
        var agent = new OvsAgent();
        agent.TryAddBridge(new BridgeSettings("br0", new MacAddress(0x0200_0000_0001), null, FailMode.Secure), 0, out _);
        for (ushort port = 1; port <= 3; port++)
            agent.TryAddPort("br0", new PortSettings($"p{port}", new OfpPort(port), new OdpPort(port), AgentPortType.System), out _);
        return agent;
    }

    /// <summary>Never the same twice.</summary>
    private FlowKey NewKey()
    {
        var serial = _serial++;
        var key = default(FlowKey);
        key.InPort = new OdpPort(1);
        (key.EthSource, key.EthDestination) = (new MacAddress(0x0200_0000_0100), new MacAddress(0x0200_0000_0200));
        (key.EthType, key.NwProto, key.NwTtl) = (EtherType.Ipv4, IpProtocol.Tcp, 64);
        (key.NwSource, key.NwDestination) =
            (new Ipv4Address(0x0a000000u + (uint)(serial >> 16)), new Ipv4Address(0x0a010000u + (uint)(serial & 0xff)));
        (key.TpSource, key.TpDestination) = ((ushort)serial, 80);
        key.Normalize();
        return key;
    }

    private sealed class TakingDatapath(FramePool pool) : IDatapath
    {
        public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions)
        {
        }

        public void FlowModify(Ufid ufid, DatapathActions actions)
        {
        }

        public void FlowDelete(Ufid ufid, FlowDeleteReason reason)
        {
        }

        public void Execute(Frame frame, DatapathActions actions) => pool.Return(frame);

        public void SetMeter(uint id, MeterSettings? settings)
        {
        }

        public void Track(CtRequest request)
        {
        }

        public void SetMaxIdle(int ms)
        {
        }
    }
}
