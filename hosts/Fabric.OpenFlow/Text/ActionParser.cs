using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>
/// Reads actions. It follows the packet through the list (a pushed tag makes VLAN fields writable) to refuse what could never work, as
/// <c>ovs-ofctl</c> does.
/// </summary>
internal sealed partial class ActionParser
{
    private readonly string _text;
    private readonly IOpenFlowPorts _ports;
    private FlowKey _packet;

    public ActionParser(string text, IOpenFlowPorts ports, Match match)
    {
        _text = text;
        _ports = ports;
        _packet = match.Value.Packet;
    }

    public bool TryParse(int start, int end, [NotNullWhen(true)] out OpenFlowActions? actions, [NotNullWhen(false)] out string? error)
    {
        actions = null;
        var list = new List<OpenFlowAction>();
        var reader = new KeyValueReader(_text, start, end);
        var sawDrop = false;
        while (reader.Next(out error))
        {
            if (sawDrop || (reader.Key == "drop" && list.Count > 0))
            {
                error = RuleText.At(_text, reader.Position, "drop must stand alone");
                return false;
            }

            if (reader.Key == "drop" && reader.Value.Length == 0)
            {
                sawDrop = true;
                continue;
            }

            if (!TryParseAction(reader.Key, reader.Value, out var action, out var problem))
            {
                error = RuleText.At(_text, reader.Position, problem);
                return false;
            }

            if (list.Count > 0 && list[^1] is GotoTableAction)
            {
                error = RuleText.At(_text, reader.Position, "nothing can follow goto_table");
                return false;
            }

            list.Add(action);
        }

        if (error is not null) return false;
        actions = list.Count == 0 ? OpenFlowActions.Drop : new OpenFlowActions(list.ToArray());
        return true;
    }

    private bool TryParseAction(string key, string value, [NotNullWhen(true)] out OpenFlowAction? action,
        [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        action = key switch
        {
            "output" => Output(value, ref problem),
            "resubmit" => Resubmit(value, ref problem),
            "goto_table" => Number(value, 254, ref problem) is { } n ? new GotoTableAction((byte)n) : null,
            "controller" or "CONTROLLER" => Controller(value, ref problem),
            "mod_dl_src" or "mod_dl_dst" => Eth(key == "mod_dl_src", value, ref problem),
            "mod_vlan_vid" or "set_vlan_vid" => Number(value, 4095, ref problem) is { } n ? Tagged(new SetVlanVidAction((ushort)n)) : null,
            "mod_vlan_pcp" or "set_vlan_pcp" => Number(value, 7, ref problem) is { } n ? Tagged(new SetVlanPcpAction((byte)n)) : null,
            "strip_vlan" or "pop_vlan" => Untagged(),
            "push_vlan" => PushVlan(value, ref problem),
            "mod_nw_src" or "mod_nw_dst" => NwAddress(key == "mod_nw_src", value, ref problem),
            "mod_nw_tos" => NwTos(value, ref problem),
            "mod_nw_ecn" => Number(value, 3, ref problem) is { } n ? new SetNwEcnAction((byte)n) : null,
            "mod_nw_ttl" => Number(value, 255, ref problem) is { } n ? new SetNwTtlAction((byte)n) : null,
            "dec_ttl" => new DecTtlAction(),
            "mod_tp_src" or "mod_tp_dst" => TpPort(key == "mod_tp_src", value, ref problem),
            "set_tunnel" => Number(value, ulong.MaxValue, ref problem) is { } n ? new SetTunnelIdAction((ulong)n, n > uint.MaxValue) : null,
            "set_tunnel64" => Number(value, ulong.MaxValue, ref problem) is { } n ? new SetTunnelIdAction((ulong)n, true) : null,
            "set_field" => SetField(value, ref problem),
            "load" => Load(value, ref problem),
            "move" => Move(value, ref problem),
            "write_metadata" => WriteMetadata(value, ref problem),
            "clear_actions" => new ClearActionsAction(),
            "write_actions" => WriteActions(value, ref problem),
            "set_queue" => Number(value, uint.MaxValue, ref problem) is { } n ? new SetQueueAction((uint)n) : null,
            "pop_queue" => new PopQueueAction(),
            "enqueue" => Enqueue(value, ref problem),
            "note" => Note(value, ref problem),
            _ => Bare(key, value, ref problem),
        };
        if (action is not null && problem is null) return true;
        problem ??= $"{key} cannot be read";
        return false;
    }

    /// <summary>A reserved port or, as in <c>actions=2,eth1</c>, the port alone.</summary>
    private OutputPortAction? Bare(string key, string value, ref string? problem)
    {
        if (value.Length == 0 && PortText.TryParse(key, _ports, out var port)) return new OutputPortAction(port);
        problem = $"'{key}' is neither an action nor a port of this bridge; actions are output, resubmit, goto_table, normal, flood, all, "
            + "in_port, local, controller, drop, mod_dl_src, mod_dl_dst, mod_vlan_vid, mod_vlan_pcp, strip_vlan, pop_vlan, push_vlan, "
            + "set_field, load, move, mod_nw_src, mod_nw_dst, mod_nw_tos, mod_nw_ecn, mod_nw_ttl, mod_tp_src, mod_tp_dst, dec_ttl, "
            + "set_tunnel, set_tunnel64, write_metadata, clear_actions, write_actions, set_queue, pop_queue, "
            + "enqueue, note";
        return null;
    }

    private OpenFlowAction? Output(string value, ref string? problem)
    {
        if (PortText.TryParse(value, _ports, out var port))
            return port == OfpPort.Controller ? new ControllerAction() : new OutputPortAction(port);
        if (value.Contains('[') && TryBits(value, out var bits, out _)) return new OutputFieldAction(bits);
        problem = $"'{value}' is not {FieldText.Describe(F.InPort)}";
        return null;
    }

    private ResubmitAction? Resubmit(string value, ref string? problem)
    {
        var comma = value.IndexOf(',');
        var portText = (comma < 0 ? value : value[..comma]).Trim();
        var tableText = comma < 0 ? "" : value[(comma + 1)..].Trim();
        OfpPort? port = null;
        if (portText.Length > 0 && !portText.Equals("in_port", StringComparison.OrdinalIgnoreCase))
        {
            if (!PortText.TryParse(portText, _ports, out var found))
            {
                problem = $"'{portText}' is not {FieldText.Describe(F.InPort)}";
                return null;
            }

            port = found;
        }

        byte? table = null;
        if (tableText.Length > 0)
        {
            if (Number(tableText, 254, ref problem) is not { } number) return null;
            table = (byte)number;
        }

        if (port is null && table is null)
            problem = "resubmit needs a port or a table: resubmit(port), resubmit(,table), resubmit(port,table)";
        return new ResubmitAction(port, table);
    }

    private ControllerAction? Controller(string value, ref string? problem)
    {
        if (value.Length == 0) return new ControllerAction();
        if (!value.Contains('=')) return Number(value, 65535, ref problem) is { } length ? new ControllerAction((ushort)length) : null;
        var action = new ControllerAction();
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out _))
        {
            switch (reader.Key)
            {
                case "max_len":
                    if (Number(reader.Value, 65535, ref problem) is not { } max) return null;
                    action = action with { MaxLength = (ushort)max };
                    break;
                case "id":
                    if (Number(reader.Value, 65535, ref problem) is not { } id) return null;
                    action = action with { ControllerId = (ushort)id };
                    break;
                case "reason":
                    byte? reason = reader.Value switch { "no_match" => 0, "action" => 1, "invalid_ttl" => 2, _ => null };
                    if (reason is null) problem = $"'{reader.Value}' is not a reason; reasons are no_match, action, invalid_ttl";
                    action = action with { Reason = reason ?? 1 };
                    break;
                default:
                    problem = $"controller takes max_len, id and reason, not '{reader.Key}'";
                    return null;
            }
        }

        return action;
    }

    /// <summary><c>enqueue:port:queue</c> or <c>enqueue(port,queue)</c>.</summary>
    private EnqueueAction? Enqueue(string value, ref string? problem)
    {
        var colon = value.LastIndexOfAny([':', ',']);
        if (colon > 0 && PortText.TryParse(value[..colon].Trim(), _ports, out var port))
            return Number(value[(colon + 1)..].Trim(), uint.MaxValue, ref problem) is { } queue
                ? new EnqueueAction(port, (uint)queue) : null;
        problem = $"'{value}' is not a port and a queue: enqueue:port:queue";
        return null;
    }

    private static SetEthAction? Eth(bool isSource, string value, ref string? problem)
    {
        if (MacAddress.TryParse(value, out var mac)) return new SetEthAction(isSource, mac);
        problem = $"'{value}' is not {FieldText.Describe(F.EthSource)}";
        return null;
    }

    private static UInt128? Number(string text, UInt128 max, ref string? problem)
    {
        if (FieldText.TryParseNumber(text, out var number) && number <= max) return number;
        problem = $"'{text}' is not a number from 0 to {max}";
        return null;
    }
}
