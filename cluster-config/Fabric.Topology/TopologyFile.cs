namespace Fabric.Topology;

/// <summary>Reads the text of a topology file (YAML, of which JSON is a part).</summary>
public static class TopologyFile
{
    /// <summary>Longer texts are refused unread, UTF-16 characters.</summary>
    public const int MaxSize = 1 << 20;

    /// <param name="fileName">Only for the errors' texts; nothing is opened.</param>
    /// <param name="topology">Not null when the result is true.</param>
    /// <param name="errors">Every error, in the order of the text; empty when the result is true.</param>
    public static bool TryLoad(string text, string fileName, out FabricTopology topology, out IReadOnlyList<TopologyError> errors)
    {
        var list = new ErrorList(fileName);
        topology = null!;
        if (text.Length > MaxSize)
        {
            list.Add(1, 1, "", $"the file has {text.Length} characters, more than the {MaxSize} a topology may have");
        }
        else if (YamlTree.TryParse(text, list, out var root))
        {
            ShapeCheck.Check(root, TopologyFormat.Root, "", list);
            topology = TopologyResolver.Resolve(root, list);
        }

        errors = list.Sorted();
        if (errors.Count == 0)
            return true;

        topology = null!;
        return false;
    }
}
