using System.Collections;

namespace Fabric.OpenFlow;

/// <summary>An immutable list with value equality, for operands of actions.</summary>
public sealed class ActionList<T> : IReadOnlyList<T>, IEquatable<ActionList<T>>
    where T : IEquatable<T>
{
    private readonly T[] _items;

    public ActionList(params ReadOnlySpan<T> items) => _items = items.ToArray();

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public ReadOnlySpan<T> Span => _items;

    public bool Equals(ActionList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as ActionList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
