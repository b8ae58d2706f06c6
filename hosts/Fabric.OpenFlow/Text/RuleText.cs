using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Fabric.OpenFlow;

/// <summary>
/// Rules in the syntax of <c>ovs-ofctl add-flow</c>, and back as <c>ovs-ofctl dump-flows</c> prints them. Errors name the position (from 1)
/// and the words at fault, and say what would be right.
/// </summary>
public static class RuleText
{
    /// <summary>Reads one rule. <paramref name="ports"/> gives meaning to port names.</summary>
    public static bool TryParse(
        string text, IOpenFlowPorts ports, [NotNullWhen(true)] out FlowMod? rule, [NotNullWhen(false)] out string? error,
        FlowModCommand command = FlowModCommand.Add)
    {
        rule = null;
        var needsActions = command is FlowModCommand.Add or FlowModCommand.Modify or FlowModCommand.ModifyStrict;
        var (matchEnd, actionsStart) = FindActions(text);
        if (actionsStart < 0 && needsActions)
        {
            error = At(text, text.Length, "the rule has no actions; end it with actions=… (actions=drop to drop)");
            return false;
        }

        if (!RuleHeader.TryParse(text, matchEnd, ports, command, out var header, out error)) return false;
        var actions = OpenFlowActions.Drop;
        if (actionsStart >= 0 && !ActionText.TryParse(text, actionsStart, text.Length, ports, header.Match, out actions, out error))
            return false;
        if (actions.LastOrDefault() is GotoTableAction { Table: var next } && next <= header.Table)
        {
            error = At(text, actionsStart, $"goto_table:{next} does not lead on from table {header.Table}, only to a later table");
            return false;
        }

        rule = header with { Actions = actions };
        return true;
    }

    /// <summary>
    /// Reads what <c>ovs-ofctl del-flows</c> takes: a match without actions, with <c>out_port</c> and <c>cookie=value/mask</c>.
    /// </summary>
    public static bool TryParseDelete(
        string text, IOpenFlowPorts ports, bool strict, [NotNullWhen(true)] out FlowMod? rule, [NotNullWhen(false)] out string? error) =>
        TryParse(text, ports, out rule, out error, strict ? FlowModCommand.DeleteStrict : FlowModCommand.Delete);

    /// <summary>Reads a line of a file of rules, which may begin with its command (<c>add</c>, <c>modify_strict</c>, …).</summary>
    public static bool TryParseLine(
        string line, IOpenFlowPorts ports, [NotNullWhen(true)] out FlowMod? rule, [NotNullWhen(false)] out string? error)
    {
        var (word, behind) = LineCommand.Split(line);
        FlowModCommand? command = word switch
        {
            "add" => FlowModCommand.Add,
            "delete" => FlowModCommand.Delete,
            "delete_strict" => FlowModCommand.DeleteStrict,
            "modify" => FlowModCommand.Modify,
            "modify_strict" => FlowModCommand.ModifyStrict,
            _ => null,
        };
        return TryParse(command is null ? word + behind : behind, ports, out rule, out error, command ?? FlowModCommand.Add);
    }

    /// <summary>The rule as it would be written for <c>add-flow</c>.</summary>
    public static string Format(FlowMod rule, IOpenFlowPorts? ports = null)
    {
        ports ??= NoOpenFlowPorts.Instance;
        var text = new StringBuilder();
        if (rule.Table != 0) text.Append(CultureInfo.InvariantCulture, $"table={rule.Table},");
        if (rule.Cookie != 0) text.Append(CultureInfo.InvariantCulture, $"cookie=0x{rule.Cookie:x},");
        if (rule.IdleTimeoutSeconds != 0) text.Append(CultureInfo.InvariantCulture, $"idle_timeout={rule.IdleTimeoutSeconds},");
        if (rule.HardTimeoutSeconds != 0) text.Append(CultureInfo.InvariantCulture, $"hard_timeout={rule.HardTimeoutSeconds},");
        if (rule.Importance != 0) text.Append(CultureInfo.InvariantCulture, $"importance={rule.Importance},");
        foreach (var word in FlagWords(rule.Flags)) text.Append(word).Append(',');
        var match = MatchText.Format(rule.Match, ports, rule.Priority);
        text.Append(match);
        if (match.Length > 0) text.Append(',');
        return text.Append("actions=").Append(ActionText.Format(rule.Actions, ports)).ToString();
    }

    /// <summary>One line of <c>ovs-ofctl dump-flows</c>.</summary>
    public static string FormatDump(FlowMod rule, long durationMs, long packets, long bytes, IOpenFlowPorts? ports = null)
    {
        ports ??= NoOpenFlowPorts.Instance;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $" cookie=0x{rule.Cookie:x}, duration={FormatDuration(durationMs)}, table={rule.Table}, ");
        text.Append(CultureInfo.InvariantCulture, $"n_packets={packets}, n_bytes={bytes}, ");
        if (rule.IdleTimeoutSeconds != 0) text.Append(CultureInfo.InvariantCulture, $"idle_timeout={rule.IdleTimeoutSeconds}, ");
        if (rule.HardTimeoutSeconds != 0) text.Append(CultureInfo.InvariantCulture, $"hard_timeout={rule.HardTimeoutSeconds}, ");
        foreach (var word in FlagWords(rule.Flags)) text.Append(word).Append(' ');
        if (rule.Importance != 0) text.Append(CultureInfo.InvariantCulture, $"importance={rule.Importance}, ");
        var match = MatchText.Format(rule.Match, ports, rule.Priority);
        text.Append(match);
        if (match.Length > 0) text.Append(' ');
        return text.Append("actions=").Append(ActionText.Format(rule.Actions, ports)).ToString();
    }

    /// <summary>An error message that points into <paramref name="text"/>.</summary>
    internal static string At(string text, int position, string message)
    {
        var end = position;
        while (end < text.Length && text[end] is not (',' or ' ')) end++;
        var token = position < text.Length ? $" '{text[position..end]}'" : " (end of rule)";
        return string.Create(CultureInfo.InvariantCulture, $"position {position + 1}{token}: {message}");
    }

    internal static IEnumerable<string> FlagWords(FlowModFlags flags)
    {
        if (flags.HasFlag(FlowModFlags.SendFlowRemoved)) yield return "send_flow_rem";
        if (flags.HasFlag(FlowModFlags.CheckOverlap)) yield return "check_overlap";
        if (flags.HasFlag(FlowModFlags.ResetCounts)) yield return "reset_counts";
        if (flags.HasFlag(FlowModFlags.NoPacketCounts)) yield return "no_packet_counts";
        if (flags.HasFlag(FlowModFlags.NoByteCounts)) yield return "no_byte_counts";
    }

    /// <summary>
    /// Finds <c>action=</c> or <c>actions=</c>: where the match ends and where the actions start; (length, -1) without any.
    /// </summary>
    private static (int MatchEnd, int ActionsStart) FindActions(string text)
    {
        var at = text.IndexOf("action", StringComparison.Ordinal);
        if (at < 0) return (text.Length, -1);
        var equal = text.IndexOf('=', at);
        return equal < 0 ? (text.Length, -1) : (at, equal + 1);
    }

    private static string FormatDuration(long ms) => ms % 1000 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{ms / 1000}s")
        : string.Create(CultureInfo.InvariantCulture, $"{ms / 1000}.{ms % 1000:000}s");
}
