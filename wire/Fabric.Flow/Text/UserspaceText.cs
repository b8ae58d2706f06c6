using System.Globalization;
using System.Text;

namespace Fabric.Flow.Text;

/// <summary><c>userspace(pid=…,…)</c>, both ways (OVS: <c>format_odp_userspace_action</c>).</summary>
internal static class UserspaceText
{
    public static void Append(StringBuilder text, UserspaceAction action, IPortNames? names)
    {
        text.Append(CultureInfo.InvariantCulture, $"userspace(pid={action.Pid}");
        switch (action.Reason)
        {
            case UserspaceReason.SFlow:
                var tci = (ushort)(action.Cookie >> 32);
                text.Append(CultureInfo.InvariantCulture, $",sFlow(vid={tci & 0xfff},pcp={tci >> 13},output={(uint)action.Cookie})");
                break;
            case UserspaceReason.SlowPath:
                text.Append(",slow_path(");
                FlagNames.SlowPath.Print(text, (uint)action.Cookie, ',');
                text.Append(')');
                break;
            case UserspaceReason.FlowSample: AppendSample(text, action.Sample, names); break;
            case UserspaceReason.Ipfix:
                text.Append(",ipfix(output_port=");
                ActionPrinter.AppendPort(text, new OdpPort((uint)action.Cookie), names);
                text.Append(')');
                break;
            case UserspaceReason.Controller:
                var c = action.Controller ?? ControllerCookie.Default;
                text.Append(CultureInfo.InvariantCulture, $",controller(reason={c.Reason},dont_send={(c.DontSend ? 1 : 0)}")
                    .Append(CultureInfo.InvariantCulture, $",continuation={(c.Continuation ? 1 : 0)},recirc_id={c.RecircId},rule_cookie=")
                    .AppendHex(action.Cookie)
                    .Append(CultureInfo.InvariantCulture, $",controller_id={c.ControllerId},max_len={c.MaxLength})");
                break;
            case UserspaceReason.Action: text.Append(CultureInfo.InvariantCulture, $",userdata({action.Cookie:x16})"); break;
        }

        if (action.WithActions) text.Append(",actions");
        if (action.TunnelOutPort is { } port)
        {
            text.Append(",tunnel_out_port=");
            ActionPrinter.AppendPort(text, port, names);
        }

        text.Append(')');
    }

    private static void AppendSample(StringBuilder text, FlowSampleCookie? sample, IPortNames? names)
    {
        if (sample is null) return;
        text.Append(CultureInfo.InvariantCulture, $",flow_sample(probability={sample.Probability},collector_set_id={sample.CollectorSetId}")
            .Append(CultureInfo.InvariantCulture, $",obs_domain_id={sample.ObservationDomainId},obs_point_id={sample.ObservationPointId}")
            .Append(",output_port=");
        ActionPrinter.AppendPort(text, sample.OutputPort, names);
        text.Append(sample.Direction switch
        {
            SampleDirection.Ingress => ",ingress)",
            SampleDirection.Egress => ",egress)",
            _ => ")",
        });
    }

    /// <summary>Reads what follows <c>userspace(</c>, the closing parenthesis included.</summary>
    public static bool TryRead(ref TextScanner scanner, IPortNames? names, out UserspaceAction? action)
    {
        action = null;
        if (!TryField(ref scanner, "pid=", uint.MaxValue, out var pid)) return false;
        var read = new UserspaceAction((uint)pid, UserspaceReason.Miss);
        if (scanner.TrySkip(",sFlow("))
        {
            if (!TryField(ref scanner, "vid=", 0xfff, out var vid) || !TryField(ref scanner, ",pcp=", 7, out var pcp)
                || !TryField(ref scanner, ",output=", uint.MaxValue, out var output) || !scanner.TrySkip(")")) return false;
            var tci = vid | pcp << 13;
            if (tci != 0) tci |= FlowKey.VlanPresent;
            read = read with { Reason = UserspaceReason.SFlow, Cookie = tci << 32 | output };
        }
        else if (scanner.TrySkip(",slow_path("))
        {
            if (!FlagNames.SlowPath.TryRead(ref scanner, FlagNames.SlowPath.All, out var reasons, out _) || !scanner.TrySkip(")"))
                return false;
            read = read with { Reason = UserspaceReason.SlowPath, Cookie = reasons };
        }
        else if (scanner.TrySkip(",ipfix(output_port="))
        {
            if (!ActionParser.TryReadPort(ref scanner, names, out var port) || !scanner.TrySkip(")")) return false;
            read = read with { Reason = UserspaceReason.Ipfix, Cookie = port.Value };
        }
        else if (scanner.TrySkip(",flow_sample("))
        {
            if (!TryReadSample(ref scanner, names, out var sample)) return false;
            read = read with { Reason = UserspaceReason.FlowSample, Sample = sample };
        }
        else if (scanner.TrySkip(",controller("))
        {
            if (!TryReadController(ref scanner, out var cookie, out var controller)) return false;
            read = read with { Reason = UserspaceReason.Controller, Cookie = cookie, Controller = controller };
        }
        else if (scanner.TrySkip(",userdata("))
        {
            var digits = scanner.TakeUntil(")");
            if (digits.Length != 16
                || !ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var cookie)) return false;
            if (!scanner.TrySkip(")")) return false;
            read = read with { Reason = UserspaceReason.Action, Cookie = cookie };
        }

        if (scanner.TrySkip(",actions")) read = read with { WithActions = true };
        if (scanner.TrySkip(",tunnel_out_port="))
        {
            if (!ActionParser.TryReadPort(ref scanner, names, out var port)) return false;
            read = read with { TunnelOutPort = port };
        }

        action = read;
        return scanner.TrySkip(")");
    }

    private static bool TryReadController(ref TextScanner scanner, out ulong cookie, out ControllerCookie? controller)
    {
        controller = null;
        cookie = 0;
        if (!TryField(ref scanner, "reason=", ushort.MaxValue, out var reason) || !TryField(ref scanner, ",dont_send=", 1, out var dontSend)
            || !TryField(ref scanner, ",continuation=", 1, out var continuation)
            || !TryField(ref scanner, ",recirc_id=", uint.MaxValue, out var recircId)
            || !TryField(ref scanner, ",rule_cookie=", ulong.MaxValue, out cookie)
            || !TryField(ref scanner, ",controller_id=", ushort.MaxValue, out var controllerId)
            || !TryField(ref scanner, ",max_len=", ushort.MaxValue, out var maxLength) || !scanner.TrySkip(")")) return false;
        controller = new ControllerCookie((ushort)reason, dontSend != 0, continuation != 0, (uint)recircId, (ushort)controllerId,
            (ushort)maxLength);
        if (controller == ControllerCookie.Default) controller = null;
        return true;
    }

    private static bool TryReadSample(ref TextScanner scanner, IPortNames? names, out FlowSampleCookie? sample)
    {
        sample = null;
        if (!TryField(ref scanner, "probability=", ushort.MaxValue, out var probability)
            || !TryField(ref scanner, ",collector_set_id=", uint.MaxValue, out var collector)
            || !TryField(ref scanner, ",obs_domain_id=", uint.MaxValue, out var domain)
            || !TryField(ref scanner, ",obs_point_id=", uint.MaxValue, out var point) || !scanner.TrySkip(",output_port=")
            || !ActionParser.TryReadPort(ref scanner, names, out var port)) return false;
        var direction = scanner.TrySkip(",ingress") ? SampleDirection.Ingress
            : scanner.TrySkip(",egress") ? SampleDirection.Egress : SampleDirection.Default;
        sample = new FlowSampleCookie((ushort)probability, (uint)collector, (uint)domain, (uint)point, port, direction);
        return scanner.TrySkip(")");
    }

    private static bool TryField(ref TextScanner scanner, string name, ulong max, out ulong value)
    {
        value = 0;
        if (!scanner.TrySkip(name) || !scanner.TryNumber(max, out UInt128 number)) return false;
        value = (ulong)number;
        return true;
    }
}
