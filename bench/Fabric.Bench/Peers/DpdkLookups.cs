using System.Globalization;

namespace Fabric.Bench;

/// <summary>
/// The peer of P1 to P3: lookups of Open vSwitch's DPDK datapath for each second of its processor time, as Fabric's are counted: it polls,
/// so that it has all of a core that nobody else wants. Rules match UDP and the destination address beside the port: a rule on the port
/// alone would be answered by a cache of its own and say nothing about lookups.
/// </summary>
internal sealed class DpdkLookups : IPeer
{
    private const string Name = "OVS-DPDK";
    private const double MostStrays = 0.02;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RampUp = TimeSpan.FromMilliseconds(200);

    private readonly DpdkReplay _replay;
    private readonly int _maskCount;

    private DpdkLookups(DpdkReplay replay, int maskCount) => (_replay, _maskCount) = (replay, maskCount);

    public string? Note { get; private set; }

    /// <summary>The exact match cache as far as it holds the flows, and one mask behind it.</summary>
    public static PeerSource Exact(int flowCount) => new(Name, DpdkReplay.WhyMissing, _ => new DpdkLookups(
        new DpdkReplay(flowCount, 1, ["other_config:emc-insert-inv-prob=1"], ["priority=10,udp,nw_dst=10.1.0.2,actions=drop"]), 0));

    /// <summary>The classifier alone, with so many masks, of which each answers the same share of the frames.</summary>
    public static PeerSource Masked(int flowCount, int maskCount) => new(Name, DpdkReplay.WhyMissing, _ => new DpdkLookups(
        new DpdkReplay(flowCount, maskCount, ["other_config:emc-insert-inv-prob=0"], Enumerable.Range(0, maskCount).Select(MaskedRule)),
        maskCount));

    public double Round()
    {
        _replay.Switch.Resume();
        Thread.Sleep(RampUp);
        _replay.Switch.Command("dpif-netdev/pmd-stats-clear");
        var start = _replay.Switch.ProcessorSeconds;
        Thread.Sleep(Time);
        var text = _replay.Switch.Command("dpif-netdev/pmd-stats-show");
        var seconds = _replay.Switch.ProcessorSeconds - start;
        _replay.Switch.Pause();
        var packets = DpdkReplay.Number(text, "packets received");
        var (exact, masked) = (DpdkReplay.Number(text, "emc hits"), DpdkReplay.Number(text, "megaflow hits"));
        if (packets == 0 || seconds <= 0 || packets - exact - masked > MostStrays * packets)
            throw new PeerException("its caches did not answer the frames");
        if (_maskCount > 0 && masked < (1 - MostStrays) * packets) throw new PeerException("its exact match cache answered");
        Note = string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * exact / packets:0} % exact, {100 * masked / packets:0} % masked, "
            + $"{DpdkReplay.Number(text, "avg. subtable lookups per megaflow hit"):0.0} probes");
        return packets / seconds / 1e6;
    }

    public void Dispose() => _replay.Dispose();

    /// <summary>Earlier rules go before later ones and look at fewer bits of the address, so each has a mask of its own.</summary>
    private static string MaskedRule(int number) =>
        $"priority={1_000 - number},udp,nw_dst=10.1.0.2/{number + 1},tp_dst={number},actions=drop";
}
