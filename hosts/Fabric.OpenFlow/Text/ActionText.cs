using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Actions of rules as text: printing here, reading in <see cref="ActionParser"/>.</summary>
public static partial class ActionText
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

    /// <summary>Reads what a bucket or a packet-out holds: actions without instructions.</summary>
    /// <param name="match">Null when packets may be of any kind.</param>
    public static bool TryParseActions(
        string text, IOpenFlowPorts ports, Match? match, [NotNullWhen(true)] out OpenFlowActions? actions,
        [NotNullWhen(false)] out string? error) =>
        new ActionParser(text, ports, match, ActionScope.Actions).TryParse(0, text.Length, out actions, out error);

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

    public static string Format(OpenFlowAction action, IOpenFlowPorts ports) =>
        (FormatOutput(action, ports) ?? FormatHeader(action) ?? FormatField(action, ports) ?? FormatPipeline(action, ports)
            ?? throw new Wire.InvariantException($"an action without a text form: {action.GetType().Name}"))
        .ToString(CultureInfo.InvariantCulture);

    private static FormattableString? FormatOutput(OpenFlowAction action, IOpenFlowPorts ports) => action switch
    {
        OutputPortAction a => a.Port.IsReserved ? (FormattableString)$"{a.Port}" : $"output:{PortText.Format(a.Port, ports)}",
        OutputFieldAction a => $"output:{a.Source}",
        OutputTruncatedAction a => $"output(port={PortText.Format(a.Port, ports)},max_len={a.MaxLength})",
        ControllerAction a => FormatController(a),
        GroupAction a => $"group:{a.GroupId}",
        EnqueueAction a => $"enqueue:{PortText.Format(a.Port, ports)}:{a.Queue}",
        BundleAction a => $"{FormatBundle(a, ports)}",
        SetQueueAction a => $"set_queue:{a.Queue}",
        PopQueueAction => $"pop_queue",
        SamplePacketAction a => FormatSample(a, ports),
        _ => null,
    };

    private static FormattableString? FormatHeader(OpenFlowAction action) => action switch
    {
        SetEthAction a => $"mod_dl_{(a.IsSource ? "src" : "dst")}:{a.Address}",
        SetVlanVidAction a => $"{(a.PushesIfNeeded ? "mod" : "set")}_vlan_vid:{a.Vid}",
        SetVlanPcpAction a => $"{(a.PushesIfNeeded ? "mod" : "set")}_vlan_pcp:{a.Pcp}",
        StripVlanAction a => a.IsPop ? (FormattableString)$"pop_vlan" : $"strip_vlan",
        PushVlanTagAction a => $"push_vlan:0x{a.EthType:x}",
        SetNwAddressAction a => $"mod_nw_{(a.IsSource ? "src" : "dst")}:{a.Address}",
        SetNwTosAction a => $"mod_nw_tos:{a.Tos}",
        SetNwTtlAction a => $"mod_nw_ttl:{a.Ttl}",
        SetNwEcnAction a => $"mod_nw_ecn:{a.Ecn}",
        DecTtlAction { HasIds: false } a when a.ControllerIds.Count == 1 && a.ControllerIds[0] == 0 => $"dec_ttl",
        DecTtlAction a => $"dec_ttl({string.Join(',', a.ControllerIds)})",
        SetMplsLabelAction a => $"set_mpls_label({a.Label})",
        SetMplsTcAction a => $"set_mpls_tc({a.TrafficClass})",
        SetMplsTtlAction a => $"set_mpls_ttl({a.Ttl})",
        DecMplsTtlAction => $"dec_mpls_ttl",
        PushMplsTagAction a => $"push_mpls:0x{a.EthType:x4}",
        PopMplsTagAction a => $"pop_mpls:0x{a.EthType:x4}",
        SetTpPortAction a => $"mod_tp_{(a.IsSource ? "src" : "dst")}:{a.Port}",
        EncapEthernetAction => $"encap(ethernet)",
        DecapAction { NewPacketType: 0xffffe } => $"decap()",
        DecapAction a => $"decap(packet_type(ns={a.NewPacketType >> 16},type={FieldText.Hex(a.NewPacketType & 0xffff)}))",
        _ => null,
    };

    private static FormattableString? FormatField(OpenFlowAction action, IOpenFlowPorts ports) => action switch
    {
        SetFieldAction a => $"set_field:{FormatValue(a, ports)}->{a.Field.Name}",
        LoadAction a => $"{FormatLoad(a)}",
        MoveAction a => $"move:{a.Source}->{a.Target}",
        PushFieldAction a => $"push:{a.Source}",
        PopFieldAction a => $"pop:{a.Target}",
        DeleteFieldAction a => $"delete_field:{a.Field.Name}",
        SetTunnelIdAction a => $"set_tunnel{(a.IsWide || a.Id > uint.MaxValue ? "64" : "")}:{FieldText.Hex(a.Id)}",
        MultipathAction a => $"multipath({ChoiceText.NameOf(a.Fields)},{a.Basis},{ChoiceText.NameOf(a.Algorithm)},{a.MaxLink + 1},{
            a.Argument},{a.Target})",
        CheckPacketLargerAction a => $"check_pkt_larger({a.Length})->{a.Target}",
        WriteMetadataAction a => a.Mask == ulong.MaxValue ? (FormattableString)$"write_metadata:{FieldText.Hex(a.Value)}"
            : $"write_metadata:{FieldText.Hex(a.Value)}/{FieldText.Hex(a.Mask)}",
        _ => null,
    };

    private static FormattableString? FormatPipeline(OpenFlowAction action, IOpenFlowPorts ports) => action switch
    {
        ResubmitAction { Table: null, Port: { } port } => $"resubmit:{PortText.Format(port, ports)}",
        ResubmitAction a =>
            $"resubmit({(a.Port is { } p ? PortText.Format(p, ports) : "")},{a.Table}{(a.WithConnectionTuple ? ",ct" : "")})",
        GotoTableAction a => $"goto_table:{a.Table}",
        ApplyMeterAction a => $"meter:{a.MeterId}",
        ClearActionsAction => $"clear_actions",
        WriteActionsAction a => $"write_actions({Format(a.Actions, ports)})",
        CloneListAction a => $"clone({Format(a.Actions, ports)})",
        ConnectionTrackAction a => $"{FormatConnectionTrack(a, ports)}",
        ConnectionClearAction => $"ct_clear",
        NatAction a => $"{FormatNat(a)}",
        LearnAction a => $"{FormatLearn(a, ports)}",
        FinTimeoutAction a => FormatFinTimeout(a),
        ConjunctionAction a => $"conjunction({a.Id},{a.Clause + 1}/{a.ClauseCount})",
        NoteAction a => $"note:{a.Bytes}",
        ExitAction => $"exit",
        DebugRecircAction => $"debug_recirc",
        DebugSlowAction => $"debug_slow",
        _ => null,
    };

    /// <summary>Here, unlike in a match, the value stays decimal before a mask.</summary>
    private static string FormatValue(SetFieldAction action, IOpenFlowPorts ports) =>
        action.Field.Format == FieldFormat.Decimal && action.Mask != action.Field.AllOnes
            ? string.Create(CultureInfo.InvariantCulture, $"{action.Value}/0x{action.Mask:x}")
            : FieldText.Format(action.Field, action.Value, action.Mask, ports);

    /// <summary>Like the wire, a load carries at most 64 bits; a wider one is several.</summary>
    private static string FormatLoad(LoadAction action)
    {
        var text = new StringBuilder();
        var target = action.Target;
        for (var done = 0; done < target.Width; done += 64)
        {
            var width = Math.Min(64, target.Width - done);
            var part = (ulong)(action.Value >> done) & (width == 64 ? ulong.MaxValue : (1UL << width) - 1);
            if (done > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture,
                $"load:{FieldText.Hex(part)}->{new FieldBits(target.Field, target.Start + done, width)}");
        }

        return text.ToString();
    }

    private static FormattableString FormatController(ControllerAction a)
    {
        if (a is { ControllerId: 0, Reason: 1, UserData.Size: 0, HasPause: false, MeterId: null }) return $"CONTROLLER:{a.MaxLength}";
        var words = new List<string>();
        if (a.Reason != 1) words.Add($"reason={PacketInReasons.NameOf(a.Reason)}");
        if (a.MaxLength != ushort.MaxValue) words.Add($"max_len={a.MaxLength}");
        if (a.ControllerId != 0) words.Add($"id={a.ControllerId}");
        if (a.UserData.Size != 0) words.Add($"userdata={a.UserData}");
        if (a.HasPause) words.Add("pause");
        if (a.MeterId is { } meter) words.Add($"meter_id={meter}");
        return $"controller({string.Join(',', words)})";
    }
}
