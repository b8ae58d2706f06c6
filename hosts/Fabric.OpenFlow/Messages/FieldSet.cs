using System.Collections;
using System.Collections.Frozen;

namespace Fabric.OpenFlow;

/// <summary>A set of fields, immutable, with value equality; it lists them in the order of the table of fields.</summary>
public sealed class FieldSet : IReadOnlyCollection<OpenFlowField>, IEquatable<FieldSet>
{
    private static readonly FrozenDictionary<OpenFlowField, int> Order =
        OpenFlowFields.All.Select((field, index) => (field, index)).ToFrozenDictionary(e => e.field, e => e.index);

    private readonly OpenFlowField[] _fields;
    private readonly HashSet<OpenFlowField> _set;

    public FieldSet(IEnumerable<OpenFlowField> fields)
    {
        _fields = [.. fields.Distinct().OrderBy(f => Order.GetValueOrDefault(f, int.MaxValue))];
        _set = [.. _fields];
    }

    public static FieldSet None { get; } = new([]);

    public int Count => _fields.Length;

    public bool Contains(OpenFlowField field) => _set.Contains(field);

    public bool Equals(FieldSet? other) => other is not null && (ReferenceEquals(this, other) || _set.SetEquals(other._set));

    public override bool Equals(object? obj) => Equals(obj as FieldSet);

    public override int GetHashCode() => _fields.Aggregate(0, (hash, field) => hash ^ field.GetHashCode());

    public override string ToString() => string.Join(' ', _fields.Select(f => f.Name));

    public IEnumerator<OpenFlowField> GetEnumerator() => ((IEnumerable<OpenFlowField>)_fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _fields.GetEnumerator();
}
