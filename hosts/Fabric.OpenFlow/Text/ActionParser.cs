using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>
/// Reads actions. It follows the packet through the list (a pushed tag makes VLAN fields writable) to refuse what could never work, as
/// <c>ovs-ofctl</c> does.
/// </summary>
internal sealed partial class ActionParser
{
    /// <summary>As deep as OVS goes (<c>MAX_OFPACT_PARSE_DEPTH</c>).</summary>
    private const int MaxDepth = 100;

    private readonly string _text;
    private readonly IOpenFlowPorts _ports;
    private readonly ActionScope _scope;
    private readonly int _depth;
    private readonly Match? _match;
    private FlowKey _packet;

    /// <param name="match">Null when nothing is known of the packets: any field may be there.</param>
    public ActionParser(string text, IOpenFlowPorts ports, Match? match, ActionScope scope = ActionScope.Instructions, int depth = 0)
    {
        _text = text;
        _ports = ports;
        _scope = scope;
        _depth = depth;
        _match = match;
        if (match is not null) _packet = match.Value.Packet;
    }

    private delegate OpenFlowAction? Reader(ActionParser parser, string key, string value, ref string? problem);

    public bool TryParse(int start, int end, [NotNullWhen(true)] out OpenFlowActions? actions, [NotNullWhen(false)] out string? error)
    {
        actions = null;
        var list = new List<OpenFlowAction>();
        var reader = new KeyValueReader(_text, start, end);
        var sawDrop = false;
        while (reader.Next(out error))
        {
            var isDrop = reader.Key.Equals("drop", StringComparison.OrdinalIgnoreCase);
            if (isDrop ? list.Count > 0 : sawDrop)
            {
                error = RuleText.At(_text, reader.Position, "drop must stand alone");
                return false;
            }

            if (isDrop)
            {
                sawDrop = true;
                continue;
            }

            if (!TryParseAction(reader.Key, reader.Value, out var action, out var problem))
            {
                error = RuleText.At(_text, reader.Position, problem);
                return false;
            }

            list.Add(action);
            if (ActionOrder.Check(list, _scope) is { } wrong)
            {
                error = RuleText.At(_text, reader.Position, wrong);
                return false;
            }
        }

        if (error is not null) return false;
        actions = list.Count == 0 ? OpenFlowActions.Drop : new OpenFlowActions(list.ToArray());
        return true;
    }

    private bool TryParseAction(string key, string value, [NotNullWhen(true)] out OpenFlowAction? action,
        [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (Readers.TryGetValue(key, out var reader)) action = reader(this, key, value, ref problem);
        else action = Bare(key, value, ref problem);
        if (action is not null && problem is null) return true;
        problem ??= $"{key} cannot be read";
        return false;
    }

    /// <summary>A reserved port or, as in <c>actions=2,eth1</c>, the port alone.</summary>
    private OpenFlowAction? Bare(string key, string value, ref string? problem)
    {
        if (value.Length == 0 && PortText.TryParse(key, _ports, out var port)) return ToPort(port, 0, ref problem);
        problem = $"'{key}' is neither an action nor a port of this bridge; actions are "
            + string.Join(", ", Readers.Keys.Order(StringComparer.Ordinal)) + ", drop, normal, flood, all, in_port, local";
        return null;
    }

    private static OpenFlowAction? ToPort(OfpPort port, ushort maxLength, ref string? problem)
    {
        if (port == OfpPort.Controller) return new ControllerAction(maxLength);
        if (port != OfpPort.None && (!port.IsReserved || port.Value >= OfpPort.InPort.Value)) return new OutputPortAction(port);
        problem = $"no packet can be sent to port {port}";
        return null;
    }

    private OpenFlowAction? Output(string value, ref string? problem)
    {
        if (value.Contains("port", StringComparison.Ordinal) && value.Contains("max_len", StringComparison.Ordinal))
            return OutputTruncated(value, ref problem);
        if (PortText.TryParse(value, _ports, out var port)) return ToPort(port, ushort.MaxValue, ref problem);
        if (TryBits(value, out var bits, out _))
            return Needs(bits.Field.Prerequisite, bits.Field.Name, ref problem) ? new OutputFieldAction(bits) : null;
        problem = $"'{value}' is not {FieldText.Describe(F.InPort)}";
        return null;
    }

    /// <summary>Does the match promise an entry of a connection, or deny an invalid one (OVS: <c>is_ct_valid</c>)?</summary>
    internal static bool HasValidConnection(Match match)
    {
        const uint Signs = 0x01 | 0x02 | 0x04 | 0x08 | 0x40 | 0x80, Invalid = 0x10, Tracked = 0x20;
        var (value, mask) = (match.Value.Packet.CtState, match.Mask.Packet.CtState);
        return (value & Signs) != 0 || ((value & Tracked) != 0 && (mask & Invalid) != 0 && (value & Invalid) == 0);
    }

    private OutputTruncatedAction? OutputTruncated(string value, ref string? problem)
    {
        var (port, length) = (default(OfpPort), 0u);
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            switch (reader.Key)
            {
                case "port":
                    if (!PortText.TryParse(reader.Value, _ports, out port)
                        || (port.Value > 0xff00 && port != OfpPort.Local && port != OfpPort.InPort))
                        problem = $"'{reader.Value}' is not a port that a packet can be cut for";
                    break;
                case "max_len":
                    if (Number(reader.Value, uint.MaxValue, ref problem) is { } number) length = (uint)number;
                    if (problem is null && length < 14) problem = $"max_len {length} is less than an Ethernet header, 14 bytes";
                    break;
                default:
                    problem = $"output(…) takes port and max_len, not '{reader.Key}'";
                    break;
            }

            if (problem is not null) return null;
        }

        return problem is null ? new OutputTruncatedAction(port, length) : null;
    }

    private ResubmitAction? Resubmit(string value, ref string? problem)
    {
        var parts = value.Split(',');
        var portText = parts[0].Trim();
        OfpPort? port = null;
        if (portText.Length > 0)
        {
            if (!PortText.TryParse(portText, _ports, out var found))
            {
                problem = $"'{portText}' is not {FieldText.Describe(F.InPort)}";
                return null;
            }

            if (found != OfpPort.InPort) port = found;
        }

        byte? table = null;
        if (parts.Length > 1 && parts[1].Trim() is { Length: > 0 } tableText)
        {
            if (Number(tableText, 255, ref problem) is not { } number) return null;
            if (number != 255) table = (byte)number;
        }

        var withTuple = parts.Length > 2 && parts[2].Trim().Length > 0;
        if (withTuple && parts[2].Trim() != "ct") problem = $"'{parts[2]}' is not ct, the only word that can follow the table";
        else if (withTuple && _match is not null && !HasValidConnection(_match))
            problem = "resubmit(…,ct) needs a rule that matches a tracked, valid ct_state (ct_state=+trk-inv)";
        else if (port is null && table is null)
            problem = "resubmit needs a port or a table: resubmit(port), resubmit(,table), resubmit(port,table)";
        return problem is null ? new ResubmitAction(port, table, withTuple) : null;
    }

    private static ControllerAction? Controller(string value, ref string? problem)
    {
        if (value.Length == 0) return new ControllerAction();
        if (value.All(char.IsAsciiDigit)) return Number(value, 65535, ref problem) is { } n ? new ControllerAction((ushort)n) : null;
        var action = new ControllerAction();
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            if (Controller(action, reader.Key, reader.Value, ref problem) is not { } next) return null;
            action = next;
        }

        return problem is null ? action : null;
    }

    private static ControllerAction? Controller(ControllerAction action, string key, string value, ref string? problem)
    {
        switch (key)
        {
            case "max_len":
                return Number(value, 65535, ref problem) is { } max ? action with { MaxLength = (ushort)max } : null;
            case "id":
                return Number(value, 65535, ref problem) is { } id ? action with { ControllerId = (ushort)id } : null;
            case "meter_id":
                return Number(value, uint.MaxValue, ref problem) is { } meter ? action with { MeterId = (uint)meter } : null;
            case "pause":
                return action with { HasPause = true };
            case "userdata":
                if (HexText.TryParse(value, out var bytes)) return action with { UserData = bytes };
                problem = $"'{value}' is not a list of hexadecimal bytes (11.22.ff)";
                return null;
            case "reason":
                if (PacketInReasons.TryParse(value, out var reason)) return action with { Reason = reason };
                problem = $"'{value}' is not a reason; reasons are {PacketInReasons.All}";
                return null;
            default:
                problem = $"controller takes reason, max_len, id, userdata, pause and meter_id, not '{key}'";
                return null;
        }
    }

    /// <summary><c>enqueue:port:queue</c>, <c>enqueue:portqqueue</c> or <c>enqueue(port,queue)</c>.</summary>
    private EnqueueAction? Enqueue(string value, ref string? problem)
    {
        var colon = value.IndexOfAny([':', ',', 'q']);
        if (colon > 0 && PortText.TryParse(value[..colon].Trim(), _ports, out var port))
            return Number(value[(colon + 1)..].Trim(), uint.MaxValue, ref problem) is { } queue
                ? new EnqueueAction(port, (uint)queue) : null;
        problem = $"'{value}' is not a port and a queue: enqueue:port:queue";
        return null;
    }

    private static UInt128? Number(string text, UInt128 max, ref string? problem)
    {
        if (FieldText.TryParseNumber(text, out var number) && number <= max) return number;
        problem = $"'{text}' is not a number from 0 to {max}";
        return null;
    }
}
