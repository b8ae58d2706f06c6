using System.Globalization;
using Fabric.Datapath;

namespace Fabric.Nic;

/// <summary>
/// How a NIC is, in the lines of the Agilio status report (<c>ovs-ctl status</c>) that mean something here, plus the pools that run dry.
/// What the emulated card does not have (memory errors) is said to be skipped rather than to be well.
/// </summary>
public static class NicHealth
{
    public static IReadOnlyList<HealthLine> Of(SmartNic nic, long nowMs) =>
    [
        new("card detected", HealthVerdict.Pass, "emulated"),
        new("firmware loaded", nic.Counters.Resets == 0 ? HealthVerdict.Pass : HealthVerdict.Warn, $"{nic.Counters.Resets} resets"),
        new("flow processing cores responsive", nic.IsHung ? HealthVerdict.Fail : HealthVerdict.Pass, nic.IsHung ? "stopped" : "at work"),
        ControlChannel(nic, nowMs),
        Divert(nic, nowMs),
        HealthLine.OfShare("ingress backed up", nic.QueuedFrames, QueueCapacity(nic), "frames wait"),
        HealthLine.OfShare(
            "PCIe ring to the host", nic.Options.Pcie.RingFrames - nic.Pcie.RingRoom, nic.Options.Pcie.RingFrames, "places taken"),
        HealthLine.OfShare("rules", nic.L2.Count, nic.L2.RuleLimit, "used"),
        HealthLine.OfShare("masks", nic.L2.MaskCount, nic.L2.MaskLimit, "used"),
        HealthLine.OfShare("statistics contexts", nic.L2.Slots.UsedCount, nic.L2.StatisticsContextLimit, "used"),
        ExactMatch(nic),
        .. nic.Ports.Where(port => port.Kind == DatapathPortKind.Physical).OrderBy(port => port.Number.Value).Select(Link),
        new("ECC and parity errors", HealthVerdict.Skipped, "not modelled"),
        PcieLink(nic.Pcie),
        new("configuration", HealthVerdict.Pass, $"profile {nic.Options.Offloads.Name}, eviction {nic.Options.Eviction}"),
    ];

    /// <summary>The worst verdict of all lines.</summary>
    public static HealthVerdict Overall(IEnumerable<HealthLine> lines) => lines.Max(line => line.Verdict);

    private static HealthLine ControlChannel(SmartNic nic, long nowMs)
    {
        const string subject = "control message channel responsive";
        if (nic.HeardHostMs is not { } heardMs) return new(subject, HealthVerdict.Fail, "nothing heard from the host yet");
        var silentMs = nowMs - heardMs;
        var isSilent = nic.IsHung || silentMs > nic.Options.Pcie.SilenceLimitMs;
        var verdict = isSilent ? HealthVerdict.Fail : HealthVerdict.Pass;
        return new(subject, verdict, Text($"heard {silentMs} ms ago, {nic.Pcie.Retransmissions} messages sent again"));
    }

    /// <summary>Messages that had to be sent twice, or came from a conversation that is over.</summary>
    private static HealthLine PcieLink(PcieNicEnd pcie)
    {
        var isClean = pcie.Retransmissions == 0 && pcie.Duplicates == 0 && pcie.Strangers == 0;
        return new("PCIe link", isClean ? HealthVerdict.Pass : HealthVerdict.Warn,
            Text($"{pcie.Retransmissions} messages sent again, {pcie.Duplicates} came twice, {pcie.Strangers} of another conversation"));
    }

    private static HealthLine Divert(SmartNic nic, long nowMs)
    {
        var isDiverted = nic.IsDiverting(nowMs) || !nic.Options.IsL2Enabled;
        return new("fallback traffic divert disabled", isDiverted ? HealthVerdict.Warn : HealthVerdict.Pass,
            isDiverted ? "every frame goes to the host" : "frames are answered on the card");
    }

    /// <summary>A full L1 is what it is for: it evicts, unless its policy refuses.</summary>
    private static HealthLine ExactMatch(SmartNic nic)
    {
        var counters = nic.L1.Counters;
        var verdict = counters.InsertsRefused == 0 ? HealthVerdict.Pass : HealthVerdict.Warn;
        var (count, capacity) = (nic.L1.Count, nic.Options.ExactMatch.Capacity);
        return new("exact match entries", verdict,
            Text($"{count} of {capacity} used, {counters.EvictedTotal} evicted ({Ended(counters)}), {counters.InsertsRefused} refused"));
    }

    private static string Ended(ExactMatchCounters counters) =>
        Text($"{counters.Evicted(EvictionCause.Ended)} of ended connections");

    private static HealthLine Link(NicPort port) => new(
        $"link of {port.Port.Name}", port.Port.IsUp ? HealthVerdict.Pass : HealthVerdict.Fail, port.Port.IsUp ? "up" : "down");

    private static long QueueCapacity(SmartNic nic) =>
        Math.Max(1, nic.Ports.LongCount(port => port.Kind == DatapathPortKind.Representor)) * nic.Options.VfQueueFrames;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
