using System.Globalization;
using System.Text.RegularExpressions;
using Fabric.Bench.Nic;

namespace Fabric.Bench;

/// <summary>
/// Open vSwitch's DPDK datapath over frames that it replays from a file inside its own process, on one core, without huge pages: nothing
/// touches a network, so what it does a second is parsing, lookup and the rule's drop.
/// </summary>
internal sealed class DpdkReplay : IDisposable
{
    private const string Drivers = "/usr/lib/x86_64-linux-gnu/dpdk/pmds-23.0/";

    private readonly StockSwitch _switch;

    /// <param name="rules">Of the only bridge.</param>
    public DpdkReplay(int flowCount, int destinationPortCount, string[] settings, IEnumerable<string> rules)
    {
        _switch = new StockSwitch(
            StockSwitch.Dpdk,
            ["other_config:dpdk-init=true", "other_config:pmd-cpu-mask=2", "other_config:dpdk-lcore-mask=1", .. settings,
             "other_config:dpdk-extra=\"--no-huge --legacy-mem -m 3072 --no-pci --no-telemetry\""], []);
        try
        {
            var capture = Path.Combine(_switch.Folder, "frames.pcap");
            LoadFrames.WriteCapture(capture, flowCount, destinationPortCount);
            _switch.Configure("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", "fail-mode=secure");
            foreach (var rule in rules) _switch.OpenFlow("add-flow", "br0", rule);
            _switch.Configure("add-port", "br0", "p0", "--", "set", "interface", "p0", "type=dpdk",
                $"options:dpdk-devargs=net_pcap0,rx_pcap={capture},infinite_rx=1");
            Thread.Sleep(TimeSpan.FromSeconds(1));
            _switch.Pause();
        }
        catch
        {
            _switch.Dispose();
            throw;
        }
    }

    public StockSwitch Switch => _switch;

    public static string? WhyMissing => Installed.WhyNotRoot
        ?? Installed.WhyMissing("openvswitch-switch", StockSwitch.Plain)
        ?? Installed.WhyMissing("openvswitch-switch-dpdk", StockSwitch.Dpdk)
        ?? Installed.WhyMissing("librte-net-pcap23", Drivers + "librte_net_pcap.so.*")
        ?? Installed.WhyMissing("librte-mempool-ring23", Drivers + "librte_mempool_ring.so.*")
        ?? (Environment.ProcessorCount < 2 ? "wants two cores" : null);

    /// <summary>The largest number after these words in the statistics: those of the polling thread, not of the idle main one.</summary>
    public static double Number(string statistics, string words) =>
        NumberAfter(words).Matches(statistics).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))
            .DefaultIfEmpty().Max();

    public void Dispose() => _switch.Dispose();

    private static Regex NumberAfter(string words) => new(Regex.Escape(words) + @":?\s+([0-9.]+)");
}
