using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Choices by hash, samples, conjunctions, and headers put on and taken off.</summary>
internal sealed partial class ActionParser
{
    private MultipathAction? Multipath(string value, ref string? problem)
    {
        var parts = value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 6)
        {
            problem = "multipath takes six arguments: fields, basis, algorithm, n_links, arg, field[low..high]";
            return null;
        }

        if (!ChoiceText.TryFields(parts[0], out var fields, ref problem)
            || !ChoiceText.TryMultipath(parts[2], out var algorithm, ref problem)) return null;
        var links = Atoi(parts[3]);
        if (links is < 1 or > 65536) problem = $"n_links {links} is not from 1 to 65536";
        else if (TryBits(parts[5], out var target, out problem) && Writable(target.Field, ref problem))
        {
            if (target.Width >= 16 || links <= 1 << target.Width)
                return new MultipathAction(fields, (ushort)Atoi(parts[1]), algorithm, (ushort)(links - 1), (uint)Atoi(parts[4]), target);
            problem = $"{target} has {1 << target.Width} values, fewer than {links} links";
        }

        return null;
    }

    private BundleAction? Bundle(string value, bool isLoad, ref string? problem)
    {
        var parts = value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var head = isLoad ? 5 : 4;
        var members = parts.Length > head ? parts[head] : "";
        var colon = members.IndexOf(':');
        var word = colon < 0 ? members : members[..colon];
        if (!word.Equals("members", StringComparison.OrdinalIgnoreCase) && !word.Equals("slaves", StringComparison.OrdinalIgnoreCase))
        {
            problem = isLoad ? "bundle_load is written bundle_load(fields,basis,algorithm,ofport,field[low..high],members:1,2)"
                : "bundle is written bundle(fields,basis,algorithm,ofport,members:1,2)";
            return null;
        }

        var ports = new List<OfpPort>();
        foreach (var text in parts.Skip(head).Select((p, i) => i == 0 && colon >= 0 ? p[(colon + 1)..] : i == 0 ? "" : p)
            .Select(p => p.Trim('[', ']')).Where(p => p.Length > 0))
        {
            if (!PortText.TryParse(text, _ports, out var port)) problem = $"'{text}' is not {FieldText.Describe(F.InPort)}";
            ports.Add(port);
        }

        if (problem is not null || !ChoiceText.TryFields(parts[0], out var fields, ref problem)
            || !ChoiceText.TryBundle(parts[2], out var algorithm, ref problem)) return null;
        FieldBits? target = null;
        if (!parts[3].Equals("ofport", StringComparison.OrdinalIgnoreCase)) problem = $"'{parts[3]}' is not ofport";
        else if (isLoad && TryBits(parts[4], out target, out problem) && Writable(target.Field, ref problem) && target.Width < 16)
            problem = $"a port has 16 bits, {target} has {target.Width}";
        return problem is null ? new BundleAction(fields, (ushort)Atoi(parts[1]), algorithm, new(ports.ToArray()), target) : null;
    }

    private SamplePacketAction? Sample(string value, ref string? problem)
    {
        var action = new SamplePacketAction(0, 0, 0, 0, null, SampleDirection.Default);
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            var max = reader.Key == "probability" ? ushort.MaxValue : uint.MaxValue;
            uint number = 0;
            if (reader.Key is "probability" or "collector_set_id" or "obs_domain_id" or "obs_point_id"
                && Number(reader.Value, max, ref problem) is { } parsed) number = (uint)parsed;
            if (problem is not null) return null;
            switch (reader.Key)
            {
                case "probability": action = action with { Probability = (ushort)number }; break;
                case "collector_set_id": action = action with { CollectorSetId = number }; break;
                case "obs_domain_id": action = action with { ObservationDomain = number }; break;
                case "obs_point_id": action = action with { ObservationPoint = number }; break;
                case "ingress": action = action with { Direction = SampleDirection.Ingress }; break;
                case "egress": action = action with { Direction = SampleDirection.Egress }; break;
                case "sampling_port" when PortText.TryParse(reader.Value, _ports, out var port):
                    action = action with { SamplingPort = port == OfpPort.None ? null : port };
                    break;
                default:
                    problem = $"'{reader.Key}' is not a word of sample (probability, collector_set_id, obs_domain_id, obs_point_id, "
                        + "sampling_port, ingress, egress) with a value it takes";
                    return null;
            }
        }

        if (problem is null && action.Probability == 0) problem = "sample needs a probability from 1 to 65535";
        return problem is null ? action : null;
    }

    private static ConjunctionAction? Conjunction(string value, ref string? problem)
    {
        var parts = value.Split([',', '/']);
        if (parts.Length != 3 || !FieldText.TryParseNumber(parts[0].Trim(), out var id) || id > uint.MaxValue
            || !byte.TryParse(parts[1].Trim(), out var clause) || !byte.TryParse(parts[2].Trim(), out var count))
        {
            problem = "conjunction is written conjunction(id,i/n)";
            return null;
        }

        if (count is < 2 or > 64) problem = $"a conjunction has 2 to 64 clauses, not {count}";
        else if (clause < 1 || clause > count) problem = $"clause {clause} is not from 1 to {count}";
        return problem is null ? new ConjunctionAction((uint)id, (byte)(clause - 1), count) : null;
    }

    private FinTimeoutAction? FinTimeout(string value, ref string? problem)
    {
        if (!Needs(MatchPrerequisite.Tcp, "fin_timeout", ref problem)) return null;
        var action = new FinTimeoutAction(0, 0);
        var reader = new KeyValueReader(value, 0, value.Length);
        while (reader.Next(out problem))
        {
            if (reader.Key is not ("idle_timeout" or "hard_timeout"))
                problem = $"fin_timeout takes idle_timeout and hard_timeout, not '{reader.Key}'";
            if (problem is not null || Number(reader.Value, ushort.MaxValue, ref problem) is not { } seconds) return null;
            action = reader.Key == "idle_timeout" ? action with { IdleSeconds = (ushort)seconds }
                : action with { HardSeconds = (ushort)seconds };
        }

        return problem is null ? action : null;
    }

    /// <summary><c>check_pkt_larger(1500)->field[bit]</c>; the reader leaves the parentheses in.</summary>
    private CheckPacketLargerAction? CheckPacketLarger(string value, ref string? problem)
    {
        var arrow = value.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0)
        {
            problem = "check_pkt_larger is written check_pkt_larger(size)->field[bit]";
            return null;
        }

        if (!TryBits(value[(arrow + 2)..].Trim(), out var target, out problem) || !Writable(target.Field, ref problem)) return null;
        if (target.Width != 1) problem = $"the answer is one bit, {target} has {target.Width}";
        if (problem is not null || Number(value[..arrow].Trim('(', ')'), ushort.MaxValue, ref problem) is not { } length) return null;
        return new CheckPacketLargerAction((ushort)length, target);
    }

    private static EncapEthernetAction? Encap(string value, ref string? problem)
    {
        if (value.Trim() == "ethernet") return new EncapEthernetAction();
        problem = $"'{value}' is not a header that can be put on; ethernet is";
        return null;
    }

    private static DecapAction? Decap(string value, ref string? problem)
    {
        if (value.Length == 0) return new DecapAction();
        var outer = new KeyValueReader(value, 0, value.Length);
        if (!outer.Next(out problem) || outer.Key != "packet_type")
        {
            problem ??= "decap takes packet_type(ns=…,type=…) or nothing";
            return null;
        }

        var text = outer.Value;
        var inner = new KeyValueReader(text, 0, text.Length);
        uint[] numbers = [0, 0];
        for (var i = 0; i < 2; i++)
        {
            if (!inner.Next(out problem) || inner.Key != (i == 0 ? "ns" : "type"))
            {
                problem ??= "packet_type is written packet_type(ns=number,type=number)";
                return null;
            }

            if (Number(inner.Value, i == 0 ? 1u : 0xffffu, ref problem) is not { } number) return null;
            numbers[i] = (uint)number;
        }

        return new DecapAction((numbers[0] << 16) | numbers[1]);
    }
}
