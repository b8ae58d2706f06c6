namespace Fabric.Topology;

internal static class CheckResolver
{
    public static IReadOnlyList<ValidationCheck> Resolve(
        ConfigNode? list, IReadOnlyList<ServerSpec> servers, IReadOnlyDictionary<string, OverlaySpec> overlays, ErrorList errors)
    {
        var checks = new List<ValidationCheck>();
        for (int i = 0; list is not null && i < list.Items.Count; i++)
        {
            foreach (var (verb, value) in list.Items[i].Entries)
            {
                string path = $"validate[{i}].{verb.Text}";
                ValidationCheck? check = verb.Text switch
                {
                    "pingall" => PingAll(value, path, overlays, errors),
                    "isolated" => Isolated(value, path, overlays, errors),
                    "offloaded" => Offloaded(value, path, servers, errors),
                    _ => null,
                };
                if (check is not null)
                    checks.Add(check);
            }
        }

        return checks;
    }

    private static PingAllCheck? PingAll(
        ConfigNode node, string path, IReadOnlyDictionary<string, OverlaySpec> overlays, ErrorList errors)
    {
        if (node["overlay"] is not { } overlay || !References.Check(overlay, $"{path}.overlay", "overlay", overlays.Keys, errors))
            return null;

        var check = new PingAllCheck { Overlay = overlay.Text };
        return DurationText.TryParse(Values.Text(node["within"]), out var within)
            ? check with { WithinMs = Math.Max(1, (long)within.TotalMilliseconds) }
            : check;
    }

    private static IsolatedCheck Isolated(
        ConfigNode node, string path, IReadOnlyDictionary<string, OverlaySpec> overlays, ErrorList errors)
    {
        var names = new List<string>();
        for (int i = 0; i < node.Items.Count; i++)
        {
            var item = node.Items[i];
            if (!References.Check(item, $"{path}[{i}]", "overlay", overlays.Keys, errors))
                continue;

            if (names.Contains(item.Text))
                errors.Add(item, $"{path}[{i}]", $"the overlay '{item.Text}' is given twice");
            names.Add(item.Text);
        }

        return new IsolatedCheck { Overlays = names };
    }

    private static OffloadedCheck? Offloaded(ConfigNode node, string path, IReadOnlyList<ServerSpec> servers, ErrorList errors)
    {
        if (node["server"] is not { Kind: ConfigKind.Scalar, Text.Length: > 0 } pattern)
            return null;

        if (servers.Count > 0 && !servers.Any(s => NamePattern.Matches(pattern.Text, s.Name)))
            errors.Add(pattern, $"{path}.server", $"no server matches '{pattern.Text}'", References.Listed(servers.Select(s => s.Name)));

        return Comparison.TryParse(Values.Text(node["share"]), out var share)
            ? new OffloadedCheck { Server = pattern.Text, Share = share }
            : null;
    }
}
