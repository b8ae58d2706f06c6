using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Bench.Server;

namespace Fabric.Bench;

/// <summary>
/// The peer of P8: upcalls of Open vSwitch's DPDK datapath, which its polling thread handles itself: translation and the flow's insertion,
/// and no card behind it. The rate is that of the cycles that the thread says it spent in upcalls, so of one core.
/// </summary>
internal sealed partial class DpdkUpcalls : IPeer
{
    private const double MostUnset = 0.02;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DpdkReplay _replay;
    private readonly int _flowCount;

    private DpdkUpcalls(int flowCount)
    {
        _flowCount = flowCount;
        _replay = new DpdkReplay(
            flowCount, 1, ["other_config:pmd-perf-metrics=true", "other_config:emc-insert-inv-prob=0"],
            [$"priority=10,udp,{SetupBenchmark.Hashing}2"]);
    }

    public string? Note { get; private set; }

    public static PeerSource Peer(int flowCount) => new("OVS-DPDK", DpdkReplay.WhyMissing, _ => new DpdkUpcalls(flowCount));

    public double Round()
    {
        var peer = _replay.Switch;
        peer.Resume();
        peer.Command("upcall/set-flow-limit", "200000");
        peer.Command("dpif-netdev/pmd-stats-clear");
        peer.Command("revalidator/purge");
        var watch = Stopwatch.StartNew();
        string text;
        double flows;
        do
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(100));
            text = peer.Command("dpif-netdev/pmd-perf-show", "-nh");
            flows = DpdkReplay.Number(peer.Command("upcall/show"), "flows         : (current");
        }
        while (flows < (1 - MostUnset) * _flowCount && watch.Elapsed < Patience);
        peer.Pause();
        if (flows < (1 - MostUnset) * _flowCount) throw new PeerException($"it has set up {flows} flows of {_flowCount}");
        var microseconds = TimeEach().Matches(text).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).Max();
        Note = string.Create(CultureInfo.InvariantCulture, $"{flows:N0} flows");
        return 1e3 / microseconds;
    }

    public void Dispose() => _replay.Dispose();

    [GeneratedRegex(@"([0-9.]+) us/upcall")]
    private static partial Regex TimeEach();
}
