namespace Fabric.Topology;

/// <summary>One thing wrong with a topology file. Prints as <c>file:line:column: key: message (allowed: a, b)</c>.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Key">Path of the key, <c>servers[0].nic</c>; empty when the text is not YAML at all.</param>
/// <param name="Allowed">Allowed values or keys; empty when they cannot be listed.</param>
public sealed record TopologyError(string File, int Line, int Column, string Key, string Message, IReadOnlyList<string> Allowed)
{
    public override string ToString()
    {
        string key = Key.Length == 0 ? "" : $"{Key}: ";
        string allowed = Allowed.Count == 0 ? "" : $" (allowed: {string.Join(", ", Allowed)})";
        return $"{File}:{Line}:{Column}: {key}{Message}{allowed}";
    }
}
