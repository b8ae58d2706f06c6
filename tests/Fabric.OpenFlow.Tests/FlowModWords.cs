using System.Globalization;

namespace Fabric.OpenFlow.Tests;

/// <summary>A rule in the words of OVS's <c>ofp_print_flow_mod</c>, which are not those of add-flow.</summary>
internal static class FlowModWords
{
    public static string Of(FlowMod mod)
    {
        var words = new List<string>();
        if (mod.Table != 0) words.Add($"table:{mod.Table}");
        var match = MatchText.Format(mod.Match, null, mod.Priority);
        if (match.Length > 0) words.Add(match);
        if (mod.Cookie != 0) words.Add(string.Create(CultureInfo.InvariantCulture, $"cookie:0x{mod.Cookie:x}"));
        if (mod.IdleTimeoutSeconds != 0) words.Add($"idle:{mod.IdleTimeoutSeconds}");
        if (mod.HardTimeoutSeconds != 0) words.Add($"hard:{mod.HardTimeoutSeconds}");
        if (mod.Importance != 0) words.Add($"importance:{mod.Importance}");
        foreach (var (flag, word) in ((FlowModFlags, string)[])[(FlowModFlags.SendFlowRemoved, "send_flow_rem"),
            (FlowModFlags.CheckOverlap, "check_overlap"), (FlowModFlags.ResetCounts, "reset_counts"),
            (FlowModFlags.NoPacketCounts, "no_packet_counts"), (FlowModFlags.NoByteCounts, "no_byte_counts")])
            if (mod.Flags.HasFlag(flag)) words.Add(word);
        words.Add("actions=" + ActionText.Format(mod.Actions, NoOpenFlowPorts.Instance));
        return string.Join(" ", words);
    }
}
