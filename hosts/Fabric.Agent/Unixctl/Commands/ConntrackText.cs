using System.Globalization;
using System.Text;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>The longer answers of <see cref="ConntrackCommands"/>, and the words some of them take.</summary>
internal static class ConntrackText
{
    /// <summary>Counts by protocol, in OVS's order (<c>dpctl_ct_stats_show</c>).</summary>
    public static string Statistics(IEnumerable<CtEntry> entries, bool isVerbose)
    {
        var all = entries.ToList();
        var text = new StringBuilder(FormattableString.Invariant($"Connections Stats:\n    Total: {all.Count}\n"));
        (string Name, byte Proto)[] named =
        [
            ("TCP", IpProtocol.Tcp), ("UDP", IpProtocol.Udp), ("UDPLITE", 136), ("SCTP", IpProtocol.Sctp), ("ICMP", IpProtocol.Icmp),
            ("DCCP", 33), ("IGMP", IpProtocol.Igmp),
        ];
        foreach (var (name, proto) in named)
        {
            var count = all.Count(e => e.Original.Proto == proto);
            if (count == 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"  {name}: {count}\n");
            if (proto == IpProtocol.Tcp && isVerbose) AppendStates(text, all);
        }

        // OVS counts ICMPv6 apart from the others and then does not tell.
        var others = all.Count(e => e.Original.Proto != IpProtocol.Icmpv6 && named.All(n => n.Proto != e.Original.Proto));
        if (others > 0) text.Append(CultureInfo.InvariantCulture, $"  Other: {others}\n");
        return text.ToString();
    }

    public static string Fragments(ConntrackView view, bool isVerbose)
    {
        const string Indent = "        ";
        var text = new StringBuilder();
        void Line(string what, long value) => text.Append(CultureInfo.InvariantCulture, $"{Indent}{what}: {value}\n");
        text.Append(Indent).Append("Fragmentation Module Status\n").Append(Indent).Append("---------------------------\n");
        Line("v4 enabled", view.FragmentsV4.IsEnabled ? 1 : 0);
        Line("v6 enabled", view.FragmentsV6.IsEnabled ? 1 : 0);
        Line("max num frags (v4/v6)", view.MaxFragments);
        Line("num frag", view.HeldFragments);
        foreach (var (name, status) in new[] { ("v4", view.FragmentsV4), ("v6", view.FragmentsV6) })
        {
            Line($"min {name} frag size", status.MinSize);
            Line($"{name} frags accepted", status.Accepted);
            Line($"{name} frags completed", status.CompletedSent);
            Line($"{name} frags expired", status.ExpiredSent);
            Line($"{name} frags too small", status.TooSmall);
            Line($"{name} frags overlapped", status.Overlapping);
            Line($"{name} frags purged", status.Purged);
        }

        if (!isVerbose) return text.ToString();
        text.Append('\n').Append(Indent).Append("Fragment Lists:\n\n");
        foreach (var list in view.FragmentLists) text.Append(list).Append('\n');
        return text.ToString();
    }

    /// <summary><c>zone=N,limit=L</c> (OVS: <c>ct_dpif_parse_zone_limit_tuple</c>).</summary>
    public static bool TryReadLimit(string text, out SetZoneLimit request, out string error)
    {
        request = new SetZoneLimit(0, 0);
        error = "";
        ushort? zone = null;
        uint? limit = null;
        foreach (var field in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = field.IndexOf('=');
            var (key, value) = sign < 0 ? (field, "") : (field[..sign], field[(sign + 1)..]);
            if (key == "zone" && ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) zone = number;
            else if (key == "limit" && uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) limit = count;
            else if (value.Length == 0) error = $"field {key} missing value";
            else error = key is "zone" or "limit" ? $"failed to parse field {key}" : $"invalid zone limit field: {key}";
            if (error.Length > 0) return false;
        }

        if (zone is null || limit is null) error = "failed to parse zone limit";
        else request = new SetZoneLimit(zone.Value, limit.Value);
        return error.Length == 0;
    }

    /// <summary><c>zone=N1,N2,…</c>.</summary>
    public static bool TryReadZones(string text, out List<ushort> zones, out string error)
    {
        zones = [];
        error = $"invalid argument {text}";
        if (!text.StartsWith("zone=", StringComparison.Ordinal)) return false;
        foreach (var word in text["zone=".Length..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            error = "invalid zone";
            if (!ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var zone)) return false;
            zones.Add(zone);
        }

        return zones.Count > 0;
    }

    private static void AppendStates(StringBuilder text, List<CtEntry> entries)
    {
        text.Append("    Conn per TCP states:\n");
        foreach (var state in entries.Where(e => e.Tcp is not null).GroupBy(e => e.Tcp!.Value.Shown).OrderBy(g => g.Key))
            text.Append(CultureInfo.InvariantCulture, $"\t  [{CtTcpInfo.NameOf(state.Key)}]={state.Count()}\n");
    }
}
