using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Connection tracking, and rules made from packets.</summary>
internal sealed partial class ActionParser
{
    private ConnectionTrackAction? ConnectionTrack(string value, ref string? problem)
    {
        var action = new ConnectionTrackAction();
        var inner = new List<OpenFlowAction>();
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            if (ConnectionTrack(action, inner, reader.Key, reader.Value, ref problem) is not { } next || problem is not null) return null;
            action = next;
        }

        if (problem is not null) return null;
        if (!action.Flags.HasFlag(CtFlags.Commit)
            && inner.Exists(a => a is not NatAction { Flags: NatFlags.None }))
            problem = "without commit, ct can hold nothing but nat without a direction";
        else if (action.Flags == CtFlags.Force) problem = "force needs commit";
        else if (!Needs(MatchPrerequisite.AnyIp, "ct", ref problem)) return null;
        else if (_match is not null && (_match.Value.Packet.CtState & _match.Mask.Packet.CtState & 0x10) != 0
            && action.Flags.HasFlag(CtFlags.Commit))
            problem = "a packet with ct_state +inv cannot be committed";
        else if (_match is not null && action.Alg == 21 && _packet.NwProto != 6)
            problem = "alg=ftp is for TCP: the rule must match tcp or tcp6";
        else if (_match is not null && action.Alg == 69 && _packet.NwProto != 17)
            problem = "alg=tftp is for UDP: the rule must match udp or udp6";
        return problem is null ? action with { Actions = new OpenFlowActions(inner.ToArray()) } : null;
    }

    private ConnectionTrackAction? ConnectionTrack(
        ConnectionTrackAction action, List<OpenFlowAction> inner, string key, string value, ref string? problem)
    {
        switch (key)
        {
            case "commit": return action with { Flags = action.Flags | CtFlags.Commit };
            case "force": return action with { Flags = action.Flags | CtFlags.Force };
            case "table":
                return Number(value, 254, ref problem) is { } table ? action with { RecircTable = (byte)table } : null;
            case "zone":
                if (FieldText.TryParseNumber(value, out var zone) && zone <= 0xffff)
                    return action with { Zone = (ushort)zone, ZoneSource = null };
                if (!TryBits(value, out var bits, out problem)
                    || !Needs(bits.Field.Prerequisite, bits.Field.Name, ref problem)) return null;
                if (bits.Width != 16) problem = $"a zone has 16 bits, {bits} has {bits.Width}";
                return action with { ZoneSource = bits };
            case "alg":
                if (value is not ("ftp" or "tftp")) problem = $"'{value}' is not a helper; helpers are ftp, tftp";
                return action with { Alg = value == "ftp" ? (ushort)21 : (ushort)69 };
            case "nat":
                if (Nat(value, ref problem) is not { } nat) return null;
                inner.Add(nat);
                return action;
            case "exec":
                if (Nested(value, ActionScope.ConnectionTrack, ref problem) is not { } list) return null;
                inner.AddRange(list);
                return action;
            default:
                problem = $"ct takes commit, force, table, zone, nat, alg and exec, not '{key}'";
                return null;
        }
    }

    private static NatAction? Nat(string value, ref string? problem)
    {
        var action = new NatAction();
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            NatFlags? flag = reader.Key switch
            {
                "src" => NatFlags.Source,
                "dst" => NatFlags.Destination,
                "persistent" => NatFlags.Persistent,
                "hash" => NatFlags.HashProtocol,
                "random" => NatFlags.RandomProtocol,
                _ => null,
            };
            if (flag is null) problem = $"nat takes src, dst, persistent, hash and random, not '{reader.Key}'";
            else if (reader.Key is "src" or "dst" && !NatRange.TryParse(reader.Value, ref action))
                problem = $"'{reader.Value}' is not a range: address[-address][:port[-port]]";
            if (problem is not null) return null;
            action = action with { Flags = action.Flags | flag!.Value };
        }

        if (problem is not null) return null;
        var isDirected = (action.Flags & (NatFlags.Source | NatFlags.Destination)) != 0;
        if (action.Flags.HasFlag(NatFlags.Source | NatFlags.Destination)) problem = "nat takes src or dst, not both";
        else if (!isDirected && action.Flags != NatFlags.None) problem = "persistent, hash and random need src or dst";
        else if (action.Flags.HasFlag(NatFlags.HashProtocol | NatFlags.RandomProtocol)) problem = "nat takes hash or random, not both";
        return problem is null ? action : null;
    }

    private LearnAction? Learn(string value, ref string? problem)
    {
        var action = new LearnAction(new ActionList<LearnSpec>());
        var specs = new List<LearnSpec>();
        var learned = new Match();
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            if (LearnOption(action, reader.Key, reader.Value, ref problem) is { } next) action = next;
            else if (problem is null && LearnPart(reader.Key, reader.Value, ref problem) is { } spec)
            {
                specs.Add(spec);
                CheckLearned(spec, learned, ref problem);
            }

            if (problem is not null) return null;
        }

        return problem is null ? action with { Specs = new ActionList<LearnSpec>(specs.ToArray()) } : null;
    }

    /// <summary>The source must be in the packet, the target in the packets of the rule as far as it is known.</summary>
    private void CheckLearned(LearnSpec spec, Match learned, ref string? problem)
    {
        if (spec.Source is { } source && !Needs(source.Field.Prerequisite, source.Field.Name, ref problem)) return;
        if (spec.Target is not { } target) return;
        if (!MatchPrerequisites.AreMet(target.Field.Prerequisite, ref learned.Value.Packet))
            problem = $"the learned rule does not match packets that have {target.Field.Name}";
        if (target.Field.Codes.Length == 0) problem = $"{target.Field.Name} cannot be sent to a switch";
        if (spec.Destination == LearnDestination.Match && spec.Source is null) target.Set(ref learned.Value, spec.Constant);
    }

    /// <summary>Null without a problem when the word is no option.</summary>
    private LearnAction? LearnOption(LearnAction action, string key, string value, ref string? problem)
    {
        switch (key)
        {
            case "table": return Number(value, 254, ref problem) is { } table ? action with { Table = (byte)table } : null;
            case "priority": return action with { Priority = (ushort)Atoi(value) };
            case "idle_timeout": return action with { IdleTimeoutSeconds = (ushort)Atoi(value) };
            case "hard_timeout": return action with { HardTimeoutSeconds = (ushort)Atoi(value) };
            case "fin_idle_timeout": return action with { FinIdleTimeoutSeconds = (ushort)Atoi(value) };
            case "fin_hard_timeout": return action with { FinHardTimeoutSeconds = (ushort)Atoi(value) };
            case "cookie": return action with { Cookie = FieldText.TryParseNumber(value, out var cookie) ? (ulong)cookie : 0 };
            case "send_flow_rem": return action with { Flags = action.Flags | LearnFlags.SendFlowRemoved };
            case "delete_learned": return action with { Flags = action.Flags | LearnFlags.DeleteLearned };
            case "limit": return action with { Limit = (uint)Atoi(value) };
            case "result_dst":
                if (!TryBits(value, out var bits, out problem) || !Writable(bits.Field, ref problem)) return null;
                if (bits.Width != 1) problem = $"result_dst is one bit, {bits} has {bits.Width}";
                return action with { Flags = action.Flags | LearnFlags.WriteResult, ResultTarget = bits };
            default: return null;
        }
    }

    private LearnSpec? LearnPart(string key, string value, ref string? problem)
    {
        if (TryBits(key, out var target, out _)) return LearnMatch(target, value, ref problem);
        switch (key)
        {
            case "load": return LearnLoad(value, ref problem);
            case "output":
                return TryBits(value, out var port, out problem) ? new LearnSpec(LearnDestination.Output, port, 0, null, port.Width) : null;
            default:
                problem = $"'{key}' is neither a field nor a word of learn (table, priority, idle_timeout, hard_timeout, fin_idle_timeout, "
                    + "fin_hard_timeout, cookie, send_flow_rem, delete_learned, limit, result_dst, load, output)";
                return null;
        }
    }

    private LearnSpec? LearnMatch(FieldBits target, string value, ref string? problem)
    {
        if (value.Length == 0) return new LearnSpec(LearnDestination.Match, target, 0, target, target.Width);
        if (TryBits(value, out var source, out _))
        {
            if (source.Width == target.Width) return new LearnSpec(LearnDestination.Match, source, 0, target, target.Width);
            problem = $"{source} has {source.Width} bits but {target} has {target.Width}";
            return null;
        }

        UInt128 constant;
        if (target.IsWhole)
        {
            if (!FieldText.TryParse(target.Field, value, _ports, out constant, out var mask, out problem)) return null;
            if (mask != target.Field.AllOnes) problem = $"'{value}' has a mask, which learn cannot have";
        }
        else if (!FieldText.TryParseNumber(value, out constant) || (constant & ~(target.Mask >> target.Start)) != 0)
        {
            problem = $"'{value}' is neither bits of a field nor a number of at most {target.Width} bits";
        }

        return problem is null ? new LearnSpec(LearnDestination.Match, null, constant, target, target.Width) : null;
    }

    private LearnSpec? LearnLoad(string value, ref string? problem)
    {
        var arrow = value.IndexOf("->", StringComparison.Ordinal);
        if (arrow <= 0)
        {
            problem = "load is written load:value->field[low..high] or load:field[low..high]->field[low..high]";
            return null;
        }

        if (!TryBits(value[(arrow + 2)..], out var target, out problem) || !Writable(target.Field, ref problem, false)) return null;
        if (FieldText.TryParseNumber(value.AsSpan(0, arrow), out var number))
        {
            if ((number & ~(target.Mask >> target.Start)) != 0) problem = $"{value[..arrow]} does not fit into {target.Width} bits";
            return new LearnSpec(LearnDestination.Load, null, number, target, target.Width);
        }

        if (!TryBits(value[..arrow], out var source, out problem)) return null;
        if (source.Width != target.Width) problem = $"{source} has {source.Width} bits but {target} has {target.Width}";
        return new LearnSpec(LearnDestination.Load, source, 0, target, target.Width);
    }

    /// <summary>As C's <c>atoi</c>: the digits at the start, 0 without any.</summary>
    private static int Atoi(string text)
    {
        text = text.TrimStart();
        var digits = text.StartsWith('-') ? 1 : 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        return long.TryParse(text.AsSpan(0, digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (int)number : 0;
    }
}
