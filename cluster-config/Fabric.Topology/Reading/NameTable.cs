namespace Fabric.Topology;

/// <summary>Expands the lists of named parts, and sees that no two parts share a name.</summary>
internal sealed class NameTable(ErrorList errors)
{
    /// <summary>Most parts of one list: a short text must not make an endless topology.</summary>
    public const int MaxParts = 20_000;

    // Servers, VMs and peers share one space: commands name them without saying what they are.
    private readonly Dictionary<string, (string What, int Line)> _parts = new(StringComparer.Ordinal);

    public IReadOnlyList<NamedEntry> Expand(ConfigNode? list, string section, string what, bool isPart)
    {
        var made = new Dictionary<string, NamedEntry>(StringComparer.Ordinal);
        var order = new List<NamedEntry>();
        for (int i = 0; list is not null && i < list.Items.Count; i++)
        {
            string path = $"{section}[{i}]";
            var entry = list.Items[i];
            if (entry["name"] is not { Kind: ConfigKind.Scalar } name || !NameText.TryExpand(name.Text, out var names, out _))
                continue;

            if (order.Count + names.Count > MaxParts)
            {
                errors.Add(name, $"{path}.name", $"more than {MaxParts} names in {section}");
                break;
            }

            foreach (string expanded in names)
                Declare(expanded, name, entry, path);
        }

        return order;

        void Declare(string expanded, ConfigNode nameNode, ConfigNode entry, string path)
        {
            bool isRange = NameText.IsRange(nameNode.Text);
            if (made.TryGetValue(expanded, out var earlier))
            {
                if (isRange || !earlier.IsOpen)
                {
                    errors.Add(nameNode, $"{path}.name", $"the {what} '{expanded}' is already declared in line {earlier.NameNode.Line}");
                    return;
                }

                earlier.IsOpen = false;
                earlier.Lay(entry, path);
                return;
            }

            if (isPart && !_parts.TryAdd(expanded, (what, nameNode.Line)))
            {
                var (other, line) = _parts[expanded];
                errors.Add(nameNode, $"{path}.name", $"the name '{expanded}' is already that of a {other} in line {line}");
                return;
            }

            var fresh = new NamedEntry(expanded, nameNode) { Path = path, IsOpen = isRange };
            fresh.Lay(entry, path);
            made.Add(expanded, fresh);
            order.Add(fresh);
        }
    }
}
