namespace Fabric.Bench.Ovsdb;

/// <summary>P11: many ports in one transaction of ovs-vsctl, given to Fabric's switch and to Debian's.</summary>
internal sealed class PortsBenchmark : IBenchmark
{
    private const int PortCount = 200;

    public string Name => "ports";

    public string Purpose => "P11: 200 ports in one ovs-vsctl transaction";

    public void Run(BenchRun run) => PeerScript.Run(run, "ovs-vsctl-ports.sh", run.Scaled(PortCount), new Dictionary<string, BenchCase>
    {
        ["ports"] = new("200 ports", "s", Targets.P11, MoreIsBetter: false),
    });
}
