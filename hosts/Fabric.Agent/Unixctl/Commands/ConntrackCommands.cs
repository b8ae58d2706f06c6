using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// Connection tracking: <c>dpctl/dump-conntrack</c>, <c>flush-conntrack</c>, <c>ct-*</c> and <c>ipf-*</c> (OVS: <c>lib/dpctl.c</c>).
/// </summary>
internal static class ConntrackCommands
{
    private const string Zone = "zone=";

    /// <summary>The words of errno 1, which the datapath's plain "no" happens to be.</summary>
    private const string NotPermitted = "Operation not permitted";

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        void Command(string name, string usage, int min, int max, Func<DpctlCall, bool> body) =>
            registry.Add("dpctl/" + name, usage, min, max, call => DpctlCall.Run(context, call, body));

        Command("dump-conntrack", "[-m] [-s] [dp] [zone=N]", 0, 4, Dump);
        Command("flush-conntrack", "[dp] [zone=N] [ct-orig-tuple] [ct-reply-tuple]", 0, 4, dpctl => Flush(dpctl, context));
        Command("ct-stats-show", "[dp] [zone=N]", 0, 3, ShowStatistics);
        Command("ct-set-maxconns", "[dp] maxconns", 1, 2, dpctl => SetMax(dpctl, context));
        Command("ct-get-maxconns", "[dp]", 0, 1, dpctl => Tell(dpctl, view => $"{view.MaxCount}\n"));
        Command("ct-get-nconns", "[dp]", 0, 1, dpctl => Tell(dpctl, view => $"{view.Count}\n"));
        Command("ct-enable-tcp-seq-chk", "[dp]", 0, 1, dpctl => SetSequenceCheck(dpctl, context, isOn: true));
        Command("ct-disable-tcp-seq-chk", "[dp]", 0, 1, dpctl => SetSequenceCheck(dpctl, context, isOn: false));
        Command("ct-get-tcp-seq-chk", "[dp]", 0, 1,
            dpctl => Tell(dpctl, view => $"TCP sequence checking: {(view.ChecksTcpSequence ? "enabled" : "disabled")}\n"));
        Command("ct-set-limits", "[dp] [default=L] [zone=N,limit=L]...", 1, UnixctlRegistry.Unlimited, dpctl => SetLimits(dpctl, context));
        Command("ct-del-limits", "[dp] zone=N1[,N2]...", 1, 2, dpctl => DeleteLimits(dpctl, context));
        Command("ct-get-limits", "[dp] [zone=N1[,N2]...]", 0, 2, GetLimits);
        Command("ipf-set-enabled", "[dp] v4|v6", 1, 2, dpctl => SetReassembly(dpctl, context, isOn: true));
        Command("ipf-set-disabled", "[dp] v4|v6", 1, 2, dpctl => SetReassembly(dpctl, context, isOn: false));
        Command("ipf-set-min-frag", "[dp] v4|v6 minfragment", 2, 3, dpctl => SetMinFragment(dpctl, context));
        Command("ipf-set-max-nfrags", "[dp] maxfrags", 1, 2, dpctl => SetMaxFragments(dpctl, context));
        Command("ipf-get-status", "[dp]", 0, 1, ShowFragments);
    }

    private static ConntrackView ViewOf(DpctlCall dpctl) => dpctl.View.Conntrack ?? ConntrackView.Empty;

    private static bool Tell(DpctlCall dpctl, Func<ConntrackView, FormattableString> text)
    {
        if (!dpctl.OpenDatapath(1)) return false;
        dpctl.Print(FormattableString.Invariant(text(ViewOf(dpctl))));
        return true;
    }

    /// <summary>Takes a last word <c>zone=N</c>, if there is one.</summary>
    private static ushort? TakeZone(DpctlCall dpctl)
    {
        if (dpctl.Arguments.Count == 0 || !dpctl.Arguments[^1].StartsWith(Zone, StringComparison.Ordinal)) return null;
        if (!TryNumber(dpctl.Arguments[^1][Zone.Length..], out var zone)) return null;
        dpctl.Arguments.RemoveAt(dpctl.Arguments.Count - 1);
        return (ushort)zone;
    }

    private static bool TryNumber(string text, out uint number)
    {
        // As ovs_scan reads: what follows the digits is not looked at.
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return uint.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool Dump(DpctlCall dpctl)
    {
        var zone = TakeZone(dpctl);
        if (!dpctl.OpenDatapath(1)) return false;
        foreach (var entry in ViewOf(dpctl).Entries.Where(e => zone is null || e.Zone == zone))
            dpctl.Print(entry.ToString(dpctl.IsVerbose, dpctl.WithStatistics) + "\n");
        return true;
    }

    private static bool Flush(DpctlCall dpctl, SwitchContext context)
    {
        // A datapath's name in front, which the usage allows, is read as a tuple, as OVS 3.1 does.
        var words = dpctl.Arguments;
        ushort? zone = null;
        if (words.Count > 0 && words[0].StartsWith(Zone, StringComparison.Ordinal))
        {
            if (!TryNumber(words[0][Zone.Length..], out var number)) return dpctl.Fail("failed to parse zone", DpctlCall.Invalid);
            zone = (ushort)number;
            words.RemoveAt(0);
        }

        var reader = new ConnectionFilterReader();
        for (var i = 0; i < Math.Min(2, words.Count); i++)
            if (!reader.TryRead(words[i], isReply: i == 1, out var error)) return dpctl.Fail(error, DpctlCall.Invalid);
        if (words.Count > 3) return dpctl.Fail("invalid arguments", DpctlCall.Invalid);
        var filter = reader.Filter(zone);
        if (filter.Only is { } only && !ViewOf(dpctl).Entries.Any(e => e.Zone == (zone ?? 0) && (e.Original == only || e.Reply == only)))
            return dpctl.Fail("failed to flush conntrack", DpctlCall.NoEntry);
        dpctl.Datapath.Track(new FlushConnections(filter));
        return true;
    }

    private static bool ShowStatistics(DpctlCall dpctl)
    {
        var isVerbose = dpctl.IsVerbose;
        ushort? zone = null;
        for (var words = dpctl.Arguments; words.Count > 0;)
        {
            if (words[^1].StartsWith("verbose", StringComparison.Ordinal))
            {
                isVerbose = true;
                words.RemoveAt(words.Count - 1);
                continue;
            }

            if (TakeZone(dpctl) is not { } wanted) break;
            zone = wanted;
        }

        if (!dpctl.OpenDatapath(1)) return false;
        dpctl.Print(ConntrackText.Statistics(ViewOf(dpctl).Entries.Where(e => zone is null || e.Zone == zone), isVerbose));
        return true;
    }

    private static bool SetMax(DpctlCall dpctl, SwitchContext context)
    {
        if (!dpctl.OpenDatapath(2)) return false;
        if (!TryNumber(dpctl.Arguments[^1], out var count)) return dpctl.Fail("maxconns missing or malformed", DpctlCall.Invalid);
        dpctl.Datapath.Track(new SetMaxConnections(count));
        dpctl.Print("setting maxconns successful");
        return true;
    }

    private static bool SetSequenceCheck(DpctlCall dpctl, SwitchContext context, bool isOn)
    {
        if (!dpctl.OpenDatapath(2)) return false;
        dpctl.Datapath.Track(new SetTcpSequenceCheck(isOn));
        dpctl.Print($"{(isOn ? "enabling" : "disabling")} TCP sequence checking successful");
        return true;
    }

    private static bool SetLimits(DpctlCall dpctl, SwitchContext context)
    {
        var words = dpctl.Arguments;
        if (dpctl.Choose(words[0])) words.RemoveAt(0);
        var requests = new List<SetZoneLimit>();
        foreach (var word in words)
        {
            if (requests.Count == 0 && word.StartsWith("default=", StringComparison.Ordinal))
            {
                if (!TryNumber(word["default=".Length..], out var limit)) return dpctl.Fail("invalid default limit", DpctlCall.Invalid);
                requests.Add(new SetZoneLimit(-1, limit));
            }
            else if (ConntrackText.TryReadLimit(word, out var request, out var error))
            {
                requests.Add(request);
            }
            else
            {
                return dpctl.Fail(error, DpctlCall.Invalid);
            }
        }

        foreach (var request in requests) dpctl.Datapath.Track(request);
        return true;
    }

    private static bool DeleteLimits(DpctlCall dpctl, SwitchContext context)
    {
        if (!dpctl.OpenDatapath(2)) return false;
        if (!ConntrackText.TryReadZones(dpctl.Arguments[^1], out var zones, out var error)) return dpctl.Fail(error, DpctlCall.Invalid);
        foreach (var zone in zones) dpctl.Datapath.Track(new DeleteZoneLimit(zone));
        return true;
    }

    private static bool GetLimits(DpctlCall dpctl)
    {
        List<ushort> zones = [];
        if (dpctl.Arguments.Count > 0 && dpctl.Choose(dpctl.Arguments[0])) dpctl.Arguments.RemoveAt(0);
        if (dpctl.Arguments.Count > 0 && !ConntrackText.TryReadZones(dpctl.Arguments[0], out zones, out var error))
            return dpctl.Fail(error, DpctlCall.Invalid);
        var limits = ViewOf(dpctl).Limits;
        var other = limits.FirstOrDefault(l => l.Zone == -1);
        var text = new StringBuilder(FormattableString.Invariant($"default limit={other.Limit}"));
        // A zone without a limit of its own has the default's, and its count.
        var shown = zones.Count == 0 ? limits.Where(l => l.Zone >= 0)
            : zones.Select(z => limits.FirstOrDefault(l => l.Zone == z, (z, other.Limit, other.Count)));
        foreach (var (zone, limit, count) in shown)
            text.Append(CultureInfo.InvariantCulture, $"\nzone={zone},limit={limit},count={count}");
        dpctl.Print(text.Append('\n').ToString());
        return true;
    }

    private static bool SetReassembly(DpctlCall dpctl, SwitchContext context, bool isOn)
    {
        if (!TryVersion(dpctl, 0, "'v4' for IPv4 or 'v6' for IPv6", out var isIpv6)) return false;
        dpctl.Datapath.Track(new SetReassembly(isIpv6, isOn));
        dpctl.Print($"{(isOn ? "enabling" : "disabling")} fragmentation reassembly successful");
        return true;
    }

    private static bool SetMinFragment(DpctlCall dpctl, SwitchContext context)
    {
        if (!TryVersion(dpctl, 1, "v4 for IPv4 or v6 for IPv6", out var isIpv6)) return false;
        if (!TryNumber(dpctl.Arguments[^1], out var size))
            return dpctl.Fail("parameter missing for minimum fragment size", DpctlCall.Invalid);
        const uint least = 400;
        if (size < least) return dpctl.Fail("requested minimum fragment size too small; see documentation", NotPermitted);
        dpctl.Datapath.Track(new SetMinFragment(isIpv6, size));
        dpctl.Print("setting minimum fragment size successful");
        return true;
    }

    private static bool SetMaxFragments(DpctlCall dpctl, SwitchContext context)
    {
        if (!dpctl.OpenDatapath(2)) return false;
        if (!TryNumber(dpctl.Arguments[^1], out var count))
            return dpctl.Fail("parameter missing for maximum fragments", DpctlCall.Invalid);
        const uint most = 5000;
        if (count > most) return dpctl.Fail("setting maximum fragments failed", NotPermitted);
        dpctl.Datapath.Track(new SetMaxFragments(count));
        dpctl.Print("setting maximum fragments successful");
        return true;
    }

    /// <param name="behind">Words that follow the version.</param>
    private static bool TryVersion(DpctlCall dpctl, int behind, string wanted, out bool isIpv6)
    {
        isIpv6 = false;
        if (!dpctl.OpenDatapath(3)) return false;
        var word = dpctl.Arguments.Count > behind ? dpctl.Arguments[^(behind + 1)] : "";
        isIpv6 = word.StartsWith("v6", StringComparison.Ordinal);
        return isIpv6 || word.StartsWith("v4", StringComparison.Ordinal) || dpctl.Fail($"parameter missing: {wanted}", DpctlCall.Invalid);
    }

    private static bool ShowFragments(DpctlCall dpctl)
    {
        if (!dpctl.OpenDatapath(1)) return false;
        dpctl.Print(ConntrackText.Fragments(ViewOf(dpctl), dpctl.IsVerbose));
        return true;
    }
}
