using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Reads all of a rule but its actions: table, priority, cookie, time-outs, flags and the match.</summary>
internal static class RuleHeader
{
    /// <summary>Words that stand for an Ethernet type and perhaps an IP protocol.</summary>
    private static readonly Dictionary<string, (ushort EthType, byte Proto)> Protocols = new()
    {
        ["ip"] = (0x0800, 0), ["ipv4"] = (0x0800, 0), ["arp"] = (0x0806, 0), ["rarp"] = (0x8035, 0), ["icmp"] = (0x0800, 1),
        ["tcp"] = (0x0800, 6), ["udp"] = (0x0800, 17), ["sctp"] = (0x0800, 132), ["ipv6"] = (0x86dd, 0), ["ip6"] = (0x86dd, 0),
        ["icmp6"] = (0x86dd, 58), ["tcp6"] = (0x86dd, 6), ["udp6"] = (0x86dd, 17), ["sctp6"] = (0x86dd, 132), ["mpls"] = (0x8847, 0),
        ["mplsm"] = (0x8848, 0),
    };

    public static bool TryParse(
        string text, int end, IOpenFlowPorts ports, FlowModCommand command, [NotNullWhen(true)] out FlowMod? rule,
        [NotNullWhen(false)] out string? error)
    {
        rule = null;
        var isDelete = command is FlowModCommand.Delete or FlowModCommand.DeleteStrict;
        var draft = new FlowMod { Command = command, Table = isDelete ? FlowMod.AllTables : (byte)0, Match = new Match() };
        var reader = new KeyValueReader(text, 0, end);
        while (reader.Next(out error))
        {
            if (!TryApply(ref draft, reader.Key, reader.Value, ports, isDelete, out var problem))
            {
                error = RuleText.At(text, reader.Position, problem);
                return false;
            }
        }

        if (error is not null) return false;
        if (HasConnectionTuple(draft.Match) && !ActionParser.HasValidConnection(draft.Match))
        {
            error = RuleText.At(text, 0, "the connection's tuple needs a tracked, valid ct_state (ct_state=+trk-inv) in the match");
            return false;
        }

        MatchPrerequisites.Normalize(draft.Match);
        rule = draft;
        return true;
    }

    private static bool TryApply(
        ref FlowMod draft, string key, string value, IOpenFlowPorts ports, bool isDelete, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (Protocols.TryGetValue(key, out var protocol))
        {
            draft.Match.Set(F.EthType, protocol.EthType);
            if (protocol.Proto != 0) draft.Match.Set(F.NwProto, protocol.Proto);
            return true;
        }

        switch (key)
        {
            case "eth":
                draft.Match.Set(F.PacketType, 0);
                return true;
            case "table":
                if (!TryNumber(value, 255, "table", out var table, out problem)) return false;
                draft = draft with { Table = table == FlowMod.AllTables && !isDelete ? (byte)0 : (byte)table };
                return true;
            case "priority":
                if (!TryNumber(value, 65535, "priority", out var priority, out problem)) return false;
                draft = draft with { Priority = (ushort)priority };
                return true;
            case "idle_timeout":
                if (!TryNumber(value, 65535, key, out var idle, out problem)) return false;
                draft = draft with { IdleTimeoutSeconds = (ushort)idle };
                return true;
            case "hard_timeout":
                if (!TryNumber(value, 65535, key, out var hard, out problem)) return false;
                draft = draft with { HardTimeoutSeconds = (ushort)hard };
                return true;
            case "importance":
                if (!TryNumber(value, 65535, key, out var importance, out problem)) return false;
                draft = draft with { Importance = (ushort)importance };
                return true;
            case "cookie":
                return TryCookie(ref draft, value, isDelete, out problem);
            case "out_port" when isDelete:
                if (!PortText.TryParse(value, ports, out var port)) problem = $"'{value}' is not {FieldText.Describe(F.InPort)}";
                draft = draft with { OutPort = port };
                return problem is null;
            case "duration" or "n_packets" or "n_bytes" or "idle_age" or "hard_age":
                return true; // a line of dump-flows can be read back
            default:
                if (TryFlag(ref draft, key, value)) return true;
                return TryMatch(draft.Match, key, value, ports, out problem);
        }
    }

    private static bool TryFlag(ref FlowMod draft, string key, string value)
    {
        FlowModFlags? flag = key switch
        {
            "send_flow_rem" => FlowModFlags.SendFlowRemoved,
            "check_overlap" => FlowModFlags.CheckOverlap,
            "reset_counts" => FlowModFlags.ResetCounts,
            "no_packet_counts" => FlowModFlags.NoPacketCounts,
            "no_byte_counts" => FlowModFlags.NoByteCounts,
            _ => null,
        };
        if (flag is not { } found || value.Length != 0) return false;
        draft = draft with { Flags = draft.Flags | found };
        return true;
    }

    private static bool TryCookie(ref FlowMod draft, string value, bool isDelete, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var slash = value.IndexOf('/');
        var mask = (UInt128)ulong.MaxValue;
        if (slash >= 0 && draft.Command == FlowModCommand.Add)
        {
            problem = "a rule to add has a cookie, but no cookie mask";
            return false;
        }

        if (!FieldText.TryParseNumber(slash < 0 ? value : value[..slash], out var cookie) || cookie > ulong.MaxValue
            || (slash >= 0 && (!FieldText.TryParseNumber(value.AsSpan(slash + 1), out mask) || mask > ulong.MaxValue)))
        {
            problem = $"'{value}' is not a cookie (a number of at most 64 bits)";
            return false;
        }

        var filters = isDelete || slash >= 0;
        draft = draft with { Cookie = (ulong)cookie, CookieMask = filters ? (ulong)mask : 0 };
        return true;
    }

    private static bool TryMatch(Match match, string key, string value, IOpenFlowPorts ports, [NotNullWhen(false)] out string? problem)
    {
        if (key.Contains('[')) return TryBits(match, key, value, out problem);
        if (!F.TryFind(key, out var field) || field == F.Tos || field == F.TunnelFlagWord
            || !(field.Name == key || Array.IndexOf(field.Aliases, key) >= 0))
        {
            problem = $"'{key}' is neither a match field nor a keyword such as table, priority, cookie, ip, tcp, arp{Suggest(key)}";
            return false;
        }

        if (value.Length == 0)
        {
            problem = $"{key} needs a value: {FieldText.Describe(field)}";
            return false;
        }

        if (field == F.DlVlan && value is "0xffff" or "65535")
        {
            match.Set(F.VlanTci, 0);
            problem = null;
            return true;
        }

        if (!FieldText.TryParse(field, value, ports, out var bits, out var mask, out problem))
        {
            problem ??= "unreadable value";
            return false;
        }

        if (field == F.NwTos)
        {
            if ((bits & 3) != 0) problem = $"nw_tos {value} sets the two ECN bits; use nw_ecn for them";
            match.Replace(F.Dscp, bits >> 2, mask >> 2);
            return problem is null;
        }

        // Of what is said twice the last counts.
        match.Replace(field, bits, mask);
        // Asking for an id or a priority is asking for a tag.
        if (field == F.DlVlan || field == F.DlVlanPcp || field == F.VlanPcp) match.Set(F.VlanTci, FlowKey.VlanPresent, FlowKey.VlanPresent);
        problem = null;
        return true;
    }

    private static bool HasConnectionTuple(Match match) =>
        F.CtNwProto.Get(ref match.Mask) != 0 || F.CtIpv6Source.Get(ref match.Mask) != 0 || F.CtIpv6Destination.Get(ref match.Mask) != 0
        || F.CtTpSource.Get(ref match.Mask) != 0 || F.CtTpDestination.Get(ref match.Mask) != 0;

    /// <summary>Part of a field, for example <c>reg0[0..15]=5</c>.</summary>
    private static bool TryBits(Match match, string key, string value, [NotNullWhen(false)] out string? problem)
    {
        if (!ActionParser.TryBits(key, out var bits, out problem))
        {
            problem ??= "unreadable bits";
            return false;
        }

        if (!FieldText.TryParseNumber(value, out var number) || (number & ~(bits.Mask >> bits.Start)) != 0)
        {
            problem = $"'{value}' is not a number of at most {bits.Width} bits";
            return false;
        }

        bits.Set(ref match.Value, number);
        bits.Field.SetMasked(ref match.Mask, bits.Mask, bits.Mask);
        problem = null;
        return true;
    }

    private static bool TryNumber(string text, uint max, string what, out uint number, [NotNullWhen(false)] out string? problem)
    {
        var ok = FieldText.TryParseNumber(text, out var wide) && wide <= max;
        number = ok ? (uint)wide : 0;
        problem = ok ? null : $"'{text}' is not a {what} (0 to {max})";
        return ok;
    }

    private static string Suggest(string key)
    {
        var near = F.All.Select(f => f.Name).Concat(Protocols.Keys)
            .Where(n => n.Length > 1 && key.Length > 2
                && (n.StartsWith(key, StringComparison.Ordinal) || key.StartsWith(n, StringComparison.Ordinal)
                || n.EndsWith(key, StringComparison.Ordinal)))
            .Take(3).ToArray();
        return near.Length == 0 ? "" : $"; did you mean {string.Join(" or ", near)}?";
    }
}
