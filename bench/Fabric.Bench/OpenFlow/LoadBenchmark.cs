namespace Fabric.Bench.OpenFlow;

/// <summary>P9 and P10: many rules brought by ovs-ofctl, given to Fabric's switch and to Debian's.</summary>
internal sealed class LoadBenchmark : IBenchmark
{
    private const int RuleCount = 100_000;

    public string Name => "load";

    public string Purpose => "P9, P10: 100 k rules by ovs-ofctl in one bundle and one by one, their dump and deletion";

    public void Run(BenchRun run) => PeerScript.Run(run, "ovs-ofctl-rules.sh", run.Scaled(RuleCount), new Dictionary<string, BenchCase>
    {
        ["bundle"] = new("100 k rules in a bundle", "s", Targets.P9, MoreIsBetter: false),
        ["single"] = new("100 k rules one by one", "s", Targets.P10, MoreIsBetter: false),
        ["dump"] = new("dump of 100 k rules", "s", MoreIsBetter: false),
        ["delete"] = new("deletion of 100 k rules", "s", MoreIsBetter: false),
    });
}
