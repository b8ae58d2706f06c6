using System.Collections;

namespace Fabric.OpenFlow;

/// <summary>An immutable list of OpenFlow actions, with value equality. Empty means drop.</summary>
public sealed class OpenFlowActions : IReadOnlyList<OpenFlowAction>, IEquatable<OpenFlowActions>
{
    private readonly OpenFlowAction[] _actions;

    /// <summary>0 before it was asked for.</summary>
    private int _hash;

    public OpenFlowActions(params ReadOnlySpan<OpenFlowAction> actions) => _actions = actions.ToArray();

    /// <summary>Takes the array over, which nobody may change from here on.</summary>
    internal static OpenFlowActions Take(OpenFlowAction[] actions) => actions.Length == 0 ? Drop : new OpenFlowActions(actions, false);

    private OpenFlowActions(OpenFlowAction[] actions, bool copies) => _actions = copies ? [.. actions] : actions;

    public static OpenFlowActions Drop { get; } = new();

    public int Count => _actions.Length;

    public OpenFlowAction this[int index] => _actions[index];

    public ReadOnlySpan<OpenFlowAction> Span => _actions;

    public bool Equals(OpenFlowActions? other) =>
        ReferenceEquals(this, other) || other is not null && _actions.AsSpan().SequenceEqual(other._actions);

    public override bool Equals(object? obj) => Equals(obj as OpenFlowActions);

    public override int GetHashCode()
    {
        if (_hash != 0) return _hash;
        var hash = new HashCode();
        foreach (var action in _actions) hash.Add(action);
        return _hash = hash.ToHashCode();
    }

    public override string ToString() => ActionText.Format(this, NoOpenFlowPorts.Instance);

    IEnumerator<OpenFlowAction> IEnumerable<OpenFlowAction>.GetEnumerator() => ((IEnumerable<OpenFlowAction>)_actions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _actions.GetEnumerator();
}
