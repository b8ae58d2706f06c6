using Fabric.Agent;
using Fabric.OpenFlow;

namespace Fabric.Bench.OpenFlow;

/// <summary>Lookups in the classifier, with the mask of what was consulted, for the field's usual kinds of filter sets.</summary>
internal sealed class ClassifierBenchmark : IBenchmark
{
    private const int Seed = 1;
    private const int PacketCount = 16_384;

    public string Name => "classifier";

    public string Purpose => "lookups/s with masks in ACL, firewall and packet filter sets of 1 k, 10 k and 100 k rules";

    public void Run(BenchRun run)
    {
        foreach (var profile in new[] { FilterProfile.AccessControl, FilterProfile.Firewall, FilterProfile.PacketFilter })
            foreach (var count in new[] { 1_000, 10_000, 100_000 })
            {
                var set = new FilterSet(profile, run.Scaled(count), Seed);
                var classifier = new Classifier();
                foreach (var mod in set.Mods) classifier.Insert(new OpenFlowRule(mod, 0));
                var packets = set.MakePackets(PacketCount);
                var what = new BenchCase($"{profile.Name} {count} rules, {classifier.SubtableCount} masks", "M/s");
                Rates.Measure(run, what, PacketCount, lookups =>
                {
                    for (var i = 0; i < lookups; i++)
                    {
                        var consulted = default(OpenFlowKey);
                        classifier.Lookup(ref packets[i], ref consulted);
                    }
                });
            }
    }
}
