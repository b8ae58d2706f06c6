using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Fabric.OpenFlow;

/// <summary>Actions of rules as text: printing here, reading in <see cref="ActionParser"/>.</summary>
public static class ActionText
{
    /// <summary>
    /// Reads a list of actions from <paramref name="start"/> to <paramref name="end"/> of <paramref name="text"/>. <paramref name="match"/>
    /// tells which fields the packets have, so that setting a field they lack is an error.
    /// </summary>
    public static bool TryParse(
        string text, int start, int end, IOpenFlowPorts ports, Match match, [NotNullWhen(true)] out OpenFlowActions? actions,
        [NotNullWhen(false)] out string? error)
    {
        var parser = new ActionParser(text, ports, match);
        return parser.TryParse(start, end, out actions, out error);
    }

    public static string Format(OpenFlowActions actions, IOpenFlowPorts ports)
    {
        if (actions.Count == 0) return "drop";
        var text = new StringBuilder();
        foreach (var action in actions)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(Format(action, ports));
        }

        return text.ToString();
    }

    public static string Format(OpenFlowAction action, IOpenFlowPorts ports)
    {
        FormattableString text = action switch
        {
            OutputPortAction a => a.Port.IsReserved ? $"{a.Port}" : (FormattableString)$"output:{PortText.Format(a.Port, ports)}",
            OutputFieldAction a => $"output:{a.Source}",
            ControllerAction { ControllerId: 0, Reason: 1 } a => $"CONTROLLER:{a.MaxLength}",
            ControllerAction a => $"controller(reason={a.Reason},max_len={a.MaxLength},id={a.ControllerId})",
            ResubmitAction { Table: null } a => $"resubmit:{PortText.Format(a.Port!.Value, ports)}",
            ResubmitAction a => $"resubmit({(a.Port is { } p ? PortText.Format(p, ports) : "")},{a.Table})",
            GotoTableAction a => $"goto_table:{a.Table}",
            SetFieldAction a => $"set_field:{FormatValue(a, ports)}->{a.Field.Name}",
            LoadAction a => $"load:{FieldText.Hex(a.Value)}->{a.Target}",
            MoveAction a => $"move:{a.Source}->{a.Target}",
            SetEthAction a => $"mod_dl_{(a.IsSource ? "src" : "dst")}:{a.Address}",
            SetVlanVidAction a => $"mod_vlan_vid:{a.Vid}",
            SetVlanPcpAction a => $"mod_vlan_pcp:{a.Pcp}",
            StripVlanAction => $"strip_vlan",
            PushVlanTagAction a => $"push_vlan:0x{a.EthType:x4}",
            SetNwAddressAction a => $"mod_nw_{(a.IsSource ? "src" : "dst")}:{a.Address}",
            SetNwTosAction a => $"mod_nw_tos:{a.Tos}",
            SetNwTtlAction a => $"mod_nw_ttl:{a.Ttl}",
            SetNwEcnAction a => $"mod_nw_ecn:{a.Ecn}",
            DecTtlAction => $"dec_ttl",
            SetTpPortAction a => $"mod_tp_{(a.IsSource ? "src" : "dst")}:{a.Port}",
            SetTunnelIdAction a => a.IsWide ? $"set_tunnel64:0x{a.Id:x}" : (FormattableString)$"set_tunnel:0x{a.Id:x}",
            WriteMetadataAction a => a.Mask == ulong.MaxValue ? $"write_metadata:0x{a.Value:x}"
                : (FormattableString)$"write_metadata:0x{a.Value:x}/0x{a.Mask:x}",
            ClearActionsAction => $"clear_actions",
            WriteActionsAction a => $"write_actions({Format(a.Actions, ports)})",
            SetQueueAction a => $"set_queue:{a.Queue}",
            PopQueueAction => $"pop_queue",
            EnqueueAction a => $"enqueue:{PortText.Format(a.Port, ports)}:{a.Queue}",
            NoteAction a => $"note:{a.Bytes}",
            _ => throw new Wire.InvariantException($"an action without a text form: {action.GetType().Name}"),
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Here, unlike in a match, the value stays decimal before a mask.</summary>
    private static string FormatValue(SetFieldAction action, IOpenFlowPorts ports) =>
        action.Field.Format == FieldFormat.Decimal && action.Mask != action.Field.AllOnes
            ? string.Create(CultureInfo.InvariantCulture, $"{action.Value}/0x{action.Mask:x}")
            : FieldText.Format(action.Field, action.Value, action.Mask, ports);
}
