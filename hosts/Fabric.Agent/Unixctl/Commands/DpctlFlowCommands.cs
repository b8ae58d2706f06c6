using System.Globalization;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>The datapath's flows: <c>dpctl/dump-flows</c> and the commands that read and change single ones.</summary>
internal static class DpctlFlowCommands
{
    private const string Everything = "ovs,tc,dpdk,offloaded,non-offloaded,partially-offloaded";

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        void Command(string name, string usage, int min, int max, Func<DpctlCall, bool> run) =>
            registry.Add("dpctl/" + name, usage, min, max, call => DpctlCall.Run(context, call, run));

        Command("dump-flows", "[-m] [--names] [dp] [filter=..] [type=..] [pmd=..]", 0, 6, Dump);
        Command("get-flow", "[dp] ufid", 1, 2, Get);
        Command("add-flow", "[dp] flow actions", 2, 3,
            dpctl => dpctl.OpenDatapath(3) && Put(dpctl, dpctl.Arguments[0], dpctl.Arguments[1], isNew: true));
        Command("mod-flow", "[dp] flow actions", 2, 3,
            dpctl => dpctl.OpenDatapath(3) && Put(dpctl, dpctl.Arguments[0], dpctl.Arguments[1], isNew: false));
        Command("del-flow", "[dp] flow", 1, 2, dpctl => dpctl.OpenDatapath(2) && Delete(dpctl, dpctl.Arguments[0]));
        Command("parse-actions", "actions", 1, UnixctlRegistry.Unlimited, ParseActions);
        Command("normalize-actions", "actions", 2, UnixctlRegistry.Unlimited, NormalizeActionsCommand.Run);
    }

    private static bool Dump(DpctlCall dpctl)
    {
        string? filter = null, types = null;
        int? thread = null;
        while (dpctl.Arguments.Count > 0)
        {
            var last = dpctl.Arguments[^1];
            if (last.StartsWith("filter=", StringComparison.Ordinal) && filter is null) filter = last["filter=".Length..];
            else if (last.StartsWith("type=", StringComparison.Ordinal) && types is null) types = last["type=".Length..];
            else if (last.StartsWith("pmd=", StringComparison.Ordinal)) thread = ScanText.Atoi(last["pmd=".Length..]);
            else break;
            dpctl.Arguments.RemoveAt(dpctl.Arguments.Count - 1);
        }

        if (!dpctl.OpenDatapath(1)) return false;
        Match? match = null;
        if (filter is not null && !TryFilter(dpctl, filter, out match)) return false;
        var wanted = (types ?? Everything).Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        if (wanted.Remove("all")) wanted.UnionWith(Everything.Split(','));
        if (wanted.FirstOrDefault(t => !Everything.Split(',').Contains(t)) is { } wrong)
            return dpctl.Fail($"Failed to parse type ({wrong})", DpctlCall.Invalid);
        // All flows are the main thread's, which counts as −1; a title line stands before its first.
        if (thread is not (null or -1)) return true;
        var title = dpctl.View.IsUserspace && thread is null ? "flow-dump from the main thread:\n" : "";
        foreach (var flow in dpctl.View.Flows)
        {
            if (match is not null && !Matches(match, flow)) continue;
            if (Passes(flow, wanted)) dpctl.Print($"{title}{Line(dpctl, flow)}\n");
            title = "";
        }

        return true;
    }

    private static string Line(DpctlCall dpctl, DatapathFlowView flow) =>
        FlowLine.ForDpctl(flow, dpctl.View.IsUserspace, dpctl.IsVerbose, dpctl.Names);

    private static bool TryFilter(DpctlCall dpctl, string text, out Match? match)
    {
        match = null;
        if (!RuleText.TryParseDelete(text, new ViewPortNames(dpctl.View), strict: false, out var mod, out var error))
            return dpctl.Fail($"Failed to parse filter ({error})");
        match = mod.Match;
        if (OpenFlowFields.InPort.Get(ref match.Mask) != 0)
        {
            match.Value.Packet.InPort = new OdpPort(match.Value.InPort.Value);
            match.Mask.Packet.InPort = new OdpPort(uint.MaxValue);
        }

        match.Value.Packet.Normalize();
        match.Mask.Packet.Normalize();
        return true;
    }

    /// <summary>Equal in what both the filter and the flow look at.</summary>
    private static bool Matches(Match filter, DatapathFlowView flow)
    {
        var mask = new FlowMask { Bits = filter.Mask.Packet };
        FlowMask.Apply(ref mask, ref flow.Mask.Bits, out var bits);
        var common = new FlowMask { Bits = bits };
        FlowMask.Apply(ref common, ref filter.Value.Packet, out var wanted);
        FlowMask.Apply(ref mask, ref flow.Key, out var present);
        return FlowKey.MatchBytes(ref wanted).SequenceEqual(FlowKey.MatchBytes(ref present));
    }

    private static bool Passes(DatapathFlowView flow, HashSet<string> types) =>
        types.Contains(flow.Layer)
        || types.Contains(!flow.IsOffloaded ? "non-offloaded" : flow.Layer == "ovs" ? "partially-offloaded" : "offloaded");

    private static bool Get(DpctlCall dpctl)
    {
        if (!dpctl.OpenDatapath(2)) return false;
        if (!TryUfid(dpctl.Arguments[^1], out var ufid))
        {
            // OVS's complaint has no errno, and the command counts as done.
            dpctl.Fail("parsing flow ufid");
            return true;
        }

        if (dpctl.View.Flows.FirstOrDefault(f => f.Ufid == ufid) is not { } flow) return dpctl.Fail("getting flow", DpctlCall.NoEntry);
        dpctl.Print(Line(dpctl, flow) + "\n");
        return true;
    }

    internal static bool Put(DpctlCall dpctl, string text, string actionText, bool isNew)
    {
        var names = new ViewPortNames(dpctl.View);
        var hasUfid = TryUfid(text, out var ufid);
        if (!FlowText.TryParse(text, out var key, out var mask, out var error, out var isTooLong, names))
            return dpctl.Fail($"parsing flow key ({error})", isTooLong ? DpctlCall.TooLong : DpctlCall.Invalid);
        if (!DatapathActions.TryParse(actionText, out var actions, out _, names))
            return dpctl.Fail("parsing actions", DpctlCall.Invalid);
        var masked = Masked(ref key, ref mask);
        var known = Find(dpctl.Flows, ref masked, ref mask);
        if (known is not null && isNew) return dpctl.Fail("updating flow table", "File exists");
        if (known is null && !isNew) return dpctl.Fail("updating flow table", DpctlCall.NoEntry);
        if (known is not null)
        {
            dpctl.Datapath.FlowModify(known.Ufid, actions);
            return true;
        }

        var made = new DatapathFlowView
        {
            Key = masked, Mask = mask, Ufid = hasUfid ? ufid : Ufid.Of(ref masked, ref mask), Actions = actions,
        };
        dpctl.Flows.Add(made);
        dpctl.FlowMade?.Invoke(made.Ufid, ref key, ref mask, actions);
        dpctl.Datapath.FlowPut(made.Ufid, ref masked, ref mask, actions);
        return true;
    }

    internal static bool Delete(DpctlCall dpctl, string text)
    {
        DatapathFlowView? flow;
        if (TryUfid(text, out var ufid))
        {
            flow = dpctl.Flows.Find(f => f.Ufid == ufid);
        }
        else
        {
            if (!FlowText.TryParse(text, out var key, out var mask, out var error, new ViewPortNames(dpctl.View)))
                return dpctl.Fail(error ?? "parsing flow key", DpctlCall.Invalid);
            var masked = Masked(ref key, ref mask);
            flow = Find(dpctl.Flows, ref masked, ref mask);
        }

        if (flow is null)
        {
            dpctl.Fail("deleting flow", DpctlCall.NoEntry);
            if (ufid == default) dpctl.Print("Perhaps you need to specify a UFID?\n");
            return false;
        }

        dpctl.Flows.Remove(flow);
        dpctl.Datapath.FlowDelete(flow.Ufid, FlowDeleteReason.Purge);
        if (dpctl.WithStatistics) dpctl.Print(FlowLine.Statistics(flow) + "\n");
        return true;
    }

    private static bool ParseActions(DpctlCall dpctl)
    {
        foreach (var text in dpctl.Arguments)
        {
            if (!DatapathActions.TryParse(text, out var actions, out _)) return dpctl.Fail("odp_actions_from_string", DpctlCall.Invalid);
            dpctl.Print($"{(actions.Count == 0 ? "drop" : actions.ToString())}\n");
        }

        return true;
    }

    /// <summary>A flow that says nothing of recirculation is for packets that have not been recirculated.</summary>
    private static FlowKey Masked(ref FlowKey key, ref FlowMask mask)
    {
        if (mask.Bits.RecircId == 0) mask.Bits.RecircId = uint.MaxValue;
        FlowMask.Apply(ref mask, ref key, out var masked);
        return masked;
    }

    private static DatapathFlowView? Find(List<DatapathFlowView> flows, ref FlowKey masked, ref FlowMask mask)
    {
        foreach (var flow in flows)
            if (flow.Mask.Equals(mask) && FlowKey.MatchBytes(ref flow.Key).SequenceEqual(FlowKey.MatchBytes(ref masked))) return flow;
        return null;
    }

    private static bool TryUfid(string text, out Ufid ufid)
    {
        ufid = default;
        const string Leader = "ufid:";
        if (!text.StartsWith(Leader, StringComparison.Ordinal)) return false;
        var end = text.IndexOf(',');
        var digits = (end < 0 ? text[Leader.Length..] : text[Leader.Length..end]).Replace("-", "", StringComparison.Ordinal).Trim();
        if (!UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        ufid = new Ufid((ulong)(value >> 64), (ulong)value);
        return true;
    }
}
