namespace Fabric.Topology;

/// <summary>Collects; nobody stops at the first error.</summary>
internal sealed class ErrorList(string file)
{
    private readonly HashSet<(int, int, string, string)> _seen = [];
    private readonly List<TopologyError> _errors = [];

    public void Add(ConfigNode at, string key, string message, params IReadOnlyList<string> allowed) =>
        Add(at.Line, at.Column, key, message, allowed);

    /// <summary>Said once, however many names a range makes of one line.</summary>
    public void Add(int line, int column, string key, string message, params IReadOnlyList<string> allowed)
    {
        if (_seen.Add((line, column, key, message)))
            _errors.Add(new TopologyError(file, line, column, key, message, allowed));
    }

    /// <summary>In the order of the text; OrderBy is stable, so at one place in the order of finding.</summary>
    public IReadOnlyList<TopologyError> Sorted() => [.. _errors.OrderBy(e => e.Line).ThenBy(e => e.Column)];
}
