using System.Globalization;

namespace Fabric.Topology;

/// <summary>First of two passes: is every value of the shape that the format asks for? The second, <see cref="TopologyResolver"/>, skips
/// what failed here.</summary>
internal static class ShapeCheck
{
    public static void Check(ConfigNode node, ValueRule rule, string path, ErrorList errors)
    {
        switch (rule.Shape)
        {
            case ValueShape.Map:
            case ValueShape.Verb:
                if (Is(node, ConfigKind.Map, "a map", path, errors))
                    CheckKeys(node, rule, path, errors);
                break;
            case ValueShape.ByName:
                if (Is(node, ConfigKind.Map, "a map", path, errors))
                    CheckByName(node, rule, path, errors);
                break;
            case ValueShape.List:
                if (Is(node, ConfigKind.List, "a list", path, errors))
                    CheckItems(node, rule, path, errors);
                break;
            case ValueShape.OneOrMany when node.Kind == ConfigKind.List:
                CheckItems(node, rule, path, errors);
                break;
            case ValueShape.OneOrMany:
                Check(node, rule.Item!, path, errors);
                break;
            default:
                if (Is(node, ConfigKind.Scalar, "a single value", path, errors))
                    CheckScalar(node, rule, path, errors);
                break;
        }
    }

    private static bool Is(ConfigNode node, ConfigKind kind, string wanted, string path, ErrorList errors)
    {
        if (node.Kind == kind && (kind != ConfigKind.Scalar || node.Text.Length > 0))
            return true;

        errors.Add(node, path, node.Kind == ConfigKind.Scalar && node.Text.Length == 0
            ? $"must be {wanted}, nothing is given"
            : $"must be {wanted}, not {node.Describe()}");
        return false;
    }

    private static void CheckKeys(ConfigNode node, ValueRule rule, string path, ErrorList errors)
    {
        string[] names = [.. rule.Keys.Where(k => !k.IsLater).Select(k => k.Name)];
        foreach (var (key, value) in node.Entries)
        {
            var known = rule.Keys.FirstOrDefault(k => k.Name == key.Text);
            string keyPath = Join(path, key.Text);
            if (known is null)
                errors.Add(key, keyPath, "unknown key", names);
            else if (known.IsLater)
                errors.Add(key, keyPath, "not supported yet");
            else
                Check(value, known.Value, keyPath, errors);
        }

        if (rule.Shape == ValueShape.Verb && node.Entries.Count != 1)
            errors.Add(node, path, $"must have exactly one key, not {node.Entries.Count}", names);

        foreach (var required in rule.Keys.Where(k => k.IsRequired && node[k.Name] is null))
            errors.Add(node, path, $"the key '{required.Name}' is missing");
    }

    private static void CheckByName(ConfigNode node, ValueRule rule, string path, ErrorList errors)
    {
        foreach (var (key, value) in node.Entries)
        {
            if (!NameText.TryExpand(key.Text, out var names, out string why) || names.Count != 1)
                errors.Add(key, Join(path, key.Text), why.Length > 0 ? why : $"'{key.Text}' must be one name, not a range");

            Check(value, rule.Item!, Join(path, key.Text), errors);
        }
    }

    private static void CheckItems(ConfigNode node, ValueRule rule, string path, ErrorList errors)
    {
        if (node.Items.Count < rule.Min)
            errors.Add(node, path, $"must have at least {rule.Min} item{(rule.Min == 1 ? "" : "s")}, not {node.Items.Count}");

        for (int i = 0; i < node.Items.Count; i++)
            Check(node.Items[i], rule.Item!, $"{path}[{i}]", errors);
    }

    private static void CheckScalar(ConfigNode node, ValueRule rule, string path, ErrorList errors)
    {
        string text = node.Text;
        string why = "";
        switch (rule.Shape)
        {
            case ValueShape.Choice when rule.LaterChoices.Contains(text):
                errors.Add(node, path, $"'{text}' is not supported yet", rule.Choices);
                return;
            case ValueShape.Choice when !rule.Choices.Contains(text):
                errors.Add(node, path, $"'{text}' is not a known value", rule.Choices);
                return;
            case ValueShape.Switch when Values.Switch(text) is null:
                errors.Add(node, path, $"'{text}' is neither yes nor no", "true", "false", "on", "off");
                return;
            case ValueShape.Integer when !IsInteger(text, rule):
                errors.Add(node, path, $"'{text}' is not a whole number in range", $"{rule.Min} to {rule.Max}");
                return;
            case ValueShape.Name when NameText.IsRange(text):
                errors.Add(node, path, $"'{text}' must be one name, not a range");
                return;
            case ValueShape.Name or ValueShape.NameRange when !NameText.TryExpand(text, out _, out why):
                errors.Add(node, path, why);
                return;
            case ValueShape.Ipv4Subnet or ValueShape.Subnet when !SubnetText.TryParse(text, out _, out why):
                errors.Add(node, path, $"'{text}' {why}");
                return;
        }

        if (Unreadable(text, rule.Shape) is { } example)
            errors.Add(node, path, $"'{text}' is not {example}");
    }

    private static bool IsInteger(string text, ValueRule rule) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= rule.Min
            && value <= rule.Max;

    /// <returns>Null when the text is readable, else what it should have been.</returns>
    private static string? Unreadable(string text, ValueShape shape) => shape switch
    {
        ValueShape.Pattern when !NameText.IsName(text.Replace('*', 'x')) => "a server's name or a pattern such as server-*",
        ValueShape.Duration when !DurationText.TryParse(text, out var span) || span <= TimeSpan.Zero =>
            "a time such as 50us, 5ms, 10s or 2m",
        ValueShape.Comparison when !Comparison.TryParse(text, out _) => "a comparison such as '>= 0.99' or '< 5%'",
        ValueShape.Rate when !RateText.TryParse(text, out _) => "a bit rate such as 100M or 25G",
        ValueShape.Ipv4Address when !AddressText.TryParse(text, out var a) || a.GetAddressBytes().Length != 4 => "an IPv4 address",
        ValueShape.Address when !AddressText.TryParse(text, out _) => "an IPv4 or IPv6 address",
        ValueShape.Ipv4Subnet when text.Contains(':') => "an IPv4 subnet; an IPv6 underlay is not supported yet",
        ValueShape.Mac when !MacText.TryParse(text, out _) => "the MAC address of a machine such as 02:fa:b0:00:00:01",
        ValueShape.MacPrefix when !MacText.TryParsePrefix(text, out _) => "three bytes such as 02:fa:b0, the first of them even",
        _ => null,
    };

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
