using System.Collections;

namespace Fabric.Flow;

/// <summary>An immutable list of datapath actions, with value equality. Empty means drop.</summary>
public sealed partial class DatapathActions : IReadOnlyList<DatapathAction>, IEquatable<DatapathActions>
{
    private readonly DatapathAction[] _actions;

    public DatapathActions(params ReadOnlySpan<DatapathAction> actions) => _actions = actions.ToArray();

    public static DatapathActions Drop { get; } = new();

    public int Count => _actions.Length;

    public DatapathAction this[int index] => _actions[index];

    public ReadOnlySpan<DatapathAction> Span => _actions;

    public bool Equals(DatapathActions? other) =>
        ReferenceEquals(this, other) || (other is not null && _actions.AsSpan().SequenceEqual(other._actions));

    public override bool Equals(object? obj) => Equals(obj as DatapathActions);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var action in _actions) hash.Add(action);
        return hash.ToHashCode();
    }

    IEnumerator<DatapathAction> IEnumerable<DatapathAction>.GetEnumerator() => ((IEnumerable<DatapathAction>)_actions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _actions.GetEnumerator();
}
