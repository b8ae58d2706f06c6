using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>P16, the engine's share: reading the statistics of a million flows that all changed.</summary>
internal sealed class StatisticsBenchmark : IBenchmark
{
    private const int FlowCount = 1_000_000;
    private const int ChunkSize = 256;

    public string Name => "stats";

    public string Purpose => "P16: statistics of 1 M changed flows read from L2 in chunks of 256";

    public void Run(BenchRun run)
    {
        var count = run.Scaled(FlowCount);
        var tables = new RepeatedHashTables(new SmartNicOptions { RuleLimit = FlowCount }, 1, _ => true);
        var actions = new DatapathActions(new OutputAction(new OdpPort(2)));
        var mask = default(FlowMask);
        mask.SetExact(FlowFields.InPort);
        mask.SetExact(FlowFields.NwSource);
        var key = new FlowKey { InPort = new OdpPort(1), EthType = EtherType.Ipv4, Sections = FlowSections.Base };
        for (uint i = 0; i < count; i++)
        {
            key.NwSource = new Ipv4Address(i);
            Invariant.Check(tables.Put(new Ufid(0, i + 1), ref key, ref mask, actions, 0, 0, 0, out _) is null, "L2 has room");
        }

        var (chunk, nowMs, longest) = (new OffloadStatistics[ChunkSize], 0L, new List<double>());
        run.Measure(new BenchCase("pull of 1 M flows, the NIC's share", "s", Targets.P16, MoreIsBetter: false), () =>
        {
            nowMs++;
            for (uint i = 0; i < count; i++)
            {
                key.NwSource = new Ipv4Address(i);
                tables.Answer(ref key, 60, nowMs, out _);
            }

            var (start, taken, cursor, most) = (ThreadClock.Seconds, 0, tables.Count, 0.0);
            while (cursor > 0)
            {
                var chunkStart = ThreadClock.Seconds;
                taken += tables.TakeChanged(ref cursor, chunk);
                most = Math.Max(most, ThreadClock.Seconds - chunkStart);
            }

            Invariant.Check(taken == count, "every flow changed");
            longest.Add(most * 1e3);
            return ThreadClock.Seconds - start;
        });
        run.Add(
            new BenchCase($"longest chunk of {ChunkSize}", "ms", Targets.P16Gap, MoreIsBetter: false),
            longest.TakeLast(run.Options.Rounds).ToList());
    }
}
