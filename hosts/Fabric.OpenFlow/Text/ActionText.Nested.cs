using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Printing of the actions that have many parts.</summary>
public static partial class ActionText
{
    private static string FormatConnectionTrack(ConnectionTrackAction a, IOpenFlowPorts ports)
    {
        var words = new List<string>();
        if (a.Flags.HasFlag(CtFlags.Commit)) words.Add("commit");
        if (a.Flags.HasFlag(CtFlags.Force)) words.Add("force");
        if (a.RecircTable is { } table) words.Add($"table={table}");
        if (a.ZoneSource is { } source) words.Add($"zone={source}");
        else if (a.Zone != 0) words.Add($"zone={a.Zone}");
        // Only the first can stand outside of exec.
        var inner = a.Actions.Span;
        if (inner.Length > 0 && inner[0] is NatAction nat)
        {
            words.Add(FormatNat(nat));
            inner = inner[1..];
        }

        if (inner.Length > 0) words.Add($"exec({Format(new OpenFlowActions(inner), ports)})");
        if (a.Alg != 0) words.Add(a.Alg switch { 21 => "alg=ftp", 69 => "alg=tftp", _ => $"alg={a.Alg}" });
        return $"ct({string.Join(',', words)})";
    }

    private static string FormatNat(NatAction a)
    {
        if ((a.Flags & (NatFlags.Source | NatFlags.Destination)) == 0) return "nat";
        var text = new StringBuilder(a.Flags.HasFlag(NatFlags.Source) ? "nat(src" : "nat(dst");
        if (a.AddressLow is not null)
        {
            text.Append('=').Append(NatRange.Format(a));
            if (a.Flags.HasFlag(NatFlags.Persistent)) text.Append(",persistent");
            if (a.Flags.HasFlag(NatFlags.HashProtocol)) text.Append(",hash");
            if (a.Flags.HasFlag(NatFlags.RandomProtocol)) text.Append(",random");
        }

        return text.Append(')').ToString();
    }

    private static string FormatLearn(LearnAction a, IOpenFlowPorts ports)
    {
        var words = new List<string> { $"table={a.Table}" };
        if (a.IdleTimeoutSeconds != 0) words.Add($"idle_timeout={a.IdleTimeoutSeconds}");
        if (a.HardTimeoutSeconds != 0) words.Add($"hard_timeout={a.HardTimeoutSeconds}");
        if (a.FinIdleTimeoutSeconds != 0) words.Add($"fin_idle_timeout={a.FinIdleTimeoutSeconds}");
        if (a.FinHardTimeoutSeconds != 0) words.Add($"fin_hard_timeout={a.FinHardTimeoutSeconds}");
        if (a.Priority != FlowMod.DefaultPriority) words.Add($"priority={a.Priority}");
        if (a.Flags.HasFlag(LearnFlags.SendFlowRemoved)) words.Add("send_flow_rem");
        if (a.Flags.HasFlag(LearnFlags.DeleteLearned)) words.Add("delete_learned");
        if (a.Cookie != 0) words.Add($"cookie={FieldText.Hex(a.Cookie)}");
        if (a.Limit != 0) words.Add($"limit={a.Limit}");
        if (a.Flags.HasFlag(LearnFlags.WriteResult)) words.Add($"result_dst={a.ResultTarget}");
        foreach (var spec in a.Specs) words.Add(FormatLearnSpec(spec, ports));
        return $"learn({string.Join(',', words)})";
    }

    private static string FormatLearnSpec(LearnSpec spec, IOpenFlowPorts ports)
    {
        switch (spec.Destination)
        {
            case LearnDestination.Output: return $"output:{spec.Source}";
            case LearnDestination.Load:
                return $"load:{(spec.Source is { } bits ? bits.ToString() : FieldText.Hex(spec.Constant))}->{spec.Target}";
        }

        var target = spec.Target!;
        if (spec.Source is { } source)
            return source.Field == target.Field && source.Start == target.Start ? $"{target}" : $"{target}={source}";
        return target.IsWhole
            ? $"{target.Field.Name}={FieldText.Format(target.Field, spec.Constant, target.Field.AllOnes, ports)}"
            : $"{target}={FieldText.Hex(spec.Constant)}";
    }

    private static string FormatBundle(BundleAction a, IOpenFlowPorts ports)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"({ChoiceText.NameOf(a.Fields)},{a.Basis},{ChoiceText.NameOf(a.Algorithm)},ofport,");
        var target = a.Target is null ? "" : $"{a.Target},";
        var members = string.Join(',', a.Members.Select(m => PortText.Format(m, ports)));
        return $"bundle{(a.Target is null ? "" : "_load")}{head}{target}members:{members})";
    }

    private static FormattableString FormatSample(SamplePacketAction a, IOpenFlowPorts ports)
    {
        var port = a.SamplingPort is { } p && p != OfpPort.None ? $",sampling_port={PortText.Format(p, ports)}" : "";
        var direction = a.Direction switch { SampleDirection.Ingress => ",ingress", SampleDirection.Egress => ",egress", _ => "" };
        return $"sample(probability={a.Probability},collector_set_id={a.CollectorSetId},obs_domain_id={a.ObservationDomain},obs_point_id={
            a.ObservationPoint}{port}{direction})";
    }

    private static FormattableString FormatFinTimeout(FinTimeoutAction a)
    {
        var idle = a.IdleSeconds != 0 ? $"idle_timeout={a.IdleSeconds}" : "";
        var hard = a.HardSeconds != 0 ? $"hard_timeout={a.HardSeconds}" : "";
        return $"fin_timeout({idle}{(idle.Length > 0 && hard.Length > 0 ? "," : "")}{hard})";
    }
}
