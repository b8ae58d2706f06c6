using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>P16, the engine's share: reading the statistics of a million flows that all changed.</summary>
internal sealed class StatisticsBenchmark : IBenchmark
{
    private const int FlowCount = 1_000_000;

    public string Name => "stats";

    public string Purpose => "statistics of 1 M changed flows read from L2 in chunks of 256";

    public void Run(TextWriter output)
    {
        var tables = new RepeatedHashTables(new SmartNicOptions { RuleLimit = FlowCount }, 1, _ => true);
        var actions = new DatapathActions(new OutputAction(new OdpPort(2)));
        var mask = default(FlowMask);
        mask.SetExact(FlowFields.InPort);
        mask.SetExact(FlowFields.NwSource);
        var keys = new FlowKey { InPort = new OdpPort(1), EthType = EtherType.Ipv4, Sections = FlowSections.Base };
        for (uint i = 0; i < FlowCount; i++)
        {
            keys.NwSource = new Ipv4Address(i);
            Invariant.Check(tables.Put(new Ufid(0, i + 1), ref keys, ref mask, actions, 0, 0, 0, out _) is null, "L2 has room");
        }

        var chunk = new OffloadStatistics[256];
        var (best, longest) = (double.MaxValue, 0.0);
        for (var round = 0; round < 5; round++)
        {
            for (uint i = 0; i < FlowCount; i++)
            {
                keys.NwSource = new Ipv4Address(i);
                tables.Answer(ref keys, 60, round + 1, out _);
            }

            var (start, taken, cursor) = (ThreadClock.Seconds, 0, tables.Count);
            while (cursor > 0)
            {
                var chunkStart = ThreadClock.Seconds;
                taken += tables.TakeChanged(ref cursor, chunk);
                longest = Math.Max(longest, ThreadClock.Seconds - chunkStart);
            }

            Invariant.Check(taken == FlowCount, "every flow changed");
            best = Math.Min(best, ThreadClock.Seconds - start);
        }

        output.WriteLine($"{"pull of 1 M flows",-28} {best * 1e3,8:F1} ms   {longest * 1e6,8:F1} us the longest chunk");
    }
}
