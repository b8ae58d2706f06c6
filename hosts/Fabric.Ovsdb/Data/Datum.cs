using System.Diagnostics;

namespace Fabric.Ovsdb;

/// <summary>
/// The value of one column of one row: a set of atoms, or a map from atoms to atoms (RFC 7047, section 5.1, "value"). A scalar is a set of
/// one. Immutable, hence shared freely between rows, commits and actors. Keys are sorted and unique.
/// </summary>
public sealed partial class Datum : IEquatable<Datum>
{
    /// <summary>The empty set and the empty map.</summary>
    public static readonly Datum Empty = new([], null);

    private static readonly Datum False = new(Atom.Boolean(false));
    private static readonly Datum True = new(Atom.Boolean(true));
    private static readonly Datum NoText = new(Atom.String(""));
    private static readonly Datum NoUuid = new(Atom.Uuid(Guid.Empty));
    private static readonly Datum[] SmallIntegers = [.. Enumerable.Range(0, 17).Select(i => new Datum(Atom.Integer(i)))];

    // Most datums are one atom, which then lies in the object itself.
    private readonly Atom _only;
    private readonly Atom[]? _keys;
    private readonly Atom[]? _values;

    private Datum(Atom only) => _only = only;

    /// <summary>Takes the arrays: sorted, unique keys, as many values as keys.</summary>
    private Datum(Atom[] keys, Atom[]? values) => (_keys, _values) = (keys, values);

    public static Datum Of(Atom atom) => atom.Type switch
    {
        AtomicType.Boolean => atom.AsBoolean ? True : False,
        AtomicType.Integer when (ulong)atom.AsInteger < (ulong)SmallIntegers.Length => SmallIntegers[atom.AsInteger],
        AtomicType.String when atom.AsString.Length == 0 => NoText,
        AtomicType.Uuid when atom.AsUuid == Guid.Empty => NoUuid,
        _ => new(atom),
    };

    public static Datum Of(long value) => Of(Atom.Integer(value));

    public static Datum Of(double value) => Of(Atom.Real(value));

    public static Datum Of(bool value) => Of(Atom.Boolean(value));

    public static Datum Of(string value) => Of(Atom.String(value));

    public static Datum Of(Guid value) => Of(Atom.Uuid(value));

    /// <summary>A set; the order does not matter, duplicates are dropped.</summary>
    public static Datum OfSet(params ReadOnlySpan<Atom> atoms)
    {
        Atom[] keys = atoms.ToArray();
        Array.Sort(keys);
        int count = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (count == 0 || keys[i] != keys[count - 1]) keys[count++] = keys[i];
        }

        return FromSorted(count == keys.Length ? keys : keys[..count], null);
    }

    /// <summary>A map; of duplicate keys the first is kept.</summary>
    public static Datum OfMap(IEnumerable<KeyValuePair<Atom, Atom>> pairs)
    {
        KeyValuePair<Atom, Atom>[] sorted = [.. pairs.DistinctBy(p => p.Key).OrderBy(p => p.Key)];
        return FromSorted([.. sorted.Select(p => p.Key)], [.. sorted.Select(p => p.Value)]);
    }

    public static Datum OfMap(IEnumerable<KeyValuePair<string, string>> pairs) =>
        OfMap(pairs.Select(p => KeyValuePair.Create(Atom.String(p.Key), Atom.String(p.Value))));

    public int Count => _keys?.Length ?? 1;

    public bool IsEmpty => Count == 0;

    public ReadOnlySpan<Atom> Keys => _keys is null ? new ReadOnlySpan<Atom>(in _only) : _keys;

    /// <summary>The values of a map, in the order of its keys; empty for a set.</summary>
    public ReadOnlySpan<Atom> Values => _values;

    /// <summary>The only string, or null if there is none or more than one.</summary>
    public string? Text => Count == 1 && Keys[0].Type == AtomicType.String ? Keys[0].AsString : null;

    /// <summary>The only integer, or null if there is none or more than one.</summary>
    public long? Integer => Count == 1 && Keys[0].Type == AtomicType.Integer ? Keys[0].AsInteger : null;

    /// <summary>The only boolean, or null if there is none or more than one.</summary>
    public bool? Boolean => Count == 1 && Keys[0].Type == AtomicType.Boolean ? Keys[0].AsBoolean : null;

    /// <summary>The only UUID, or null if there is none or more than one.</summary>
    public Guid? Uuid => Count == 1 && Keys[0].Type == AtomicType.Uuid ? Keys[0].AsUuid : null;

    /// <summary>The index of a key, or the complement of where it would be.</summary>
    public int IndexOf(Atom key) => Keys.BinarySearch(key);

    public bool Contains(Atom key) => IndexOf(key) >= 0;

    /// <summary>Looks a key up in a map.</summary>
    public bool TryGet(Atom key, out Atom value)
    {
        int index = IndexOf(key);
        bool found = index >= 0 && _values is not null;
        value = found ? _values![index] : default;
        return found;
    }

    /// <summary>Looks a key up in a map from strings to strings.</summary>
    public bool TryGet(string key, out string value)
    {
        bool found = TryGet(Atom.String(key), out Atom atom);
        value = found ? atom.AsString : "";
        return found;
    }

    public bool Equals(Datum? other)
    {
        if (ReferenceEquals(this, other)) return true;
        return other is not null && Keys.SequenceEqual(other.Keys) && Values.SequenceEqual(other.Values);
    }

    public override bool Equals(object? obj) => Equals(obj as Datum);

    public override int GetHashCode()
    {
        if (_keys is null) return _only.GetHashCode();
        var hash = new HashCode();
        foreach (Atom key in _keys) hash.Add(key);
        foreach (Atom value in Values) hash.Add(value);
        return hash.ToHashCode();
    }

    public override string ToString() => AtomText.Format(this, _values is not null, isPlural: Count != 1 || _values is not null);

    /// <summary>Keys must be sorted and unique already.</summary>
    internal static Datum FromSorted(Atom[] keys, Atom[]? values)
    {
        Debug.Assert(values is null || values.Length == keys.Length, "a map has a value for each key");
        if (keys.Length == 0) return Empty;
        return keys.Length == 1 && values is null ? Of(keys[0]) : new(keys, values);
    }
}
