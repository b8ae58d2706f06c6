namespace Fabric.Ovsdb;

/// <summary>The type of a column (RFC 7047, section 3.2, "type"): what its keys and values are and how many there may be.</summary>
/// <param name="Value">Null for a set.</param>
/// <param name="Max"><see cref="Unlimited"/> if there is no limit.</param>
public sealed record ColumnType(ElementType Key, ElementType? Value = null, uint Min = 1, uint Max = 1)
{
    public const uint Unlimited = uint.MaxValue;

    /// <summary>The value of a column that nobody has written, shared by all rows.</summary>
    public Datum Default { get; } = DefaultOf(Key, Value, Min);

    public bool IsMap => Value is not null;

    /// <summary>Exactly one element.</summary>
    public bool IsScalar => Value is null && Min == 1 && Max == 1;

    /// <summary>One element or none.</summary>
    public bool IsOptionalScalar => Value is null && Min == 0 && Max == 1;

    /// <summary>A set in the narrow sense: not exactly one element.</summary>
    public bool IsSet => Value is null && !IsScalar;

    /// <summary>More than one element is possible, so that differences are taken by element.</summary>
    public bool IsComposite => Max > 1;

    public bool HasStrongReference => Key.IsStrongReference || Value is { IsStrongReference: true };

    public bool HasWeakReference => Key.IsWeakReference || Value is { IsWeakReference: true };

    public bool Accepts(int count) => (uint)count >= Min && (uint)count <= Max;

    /// <returns>Null if every element satisfies its constraints; the number of elements is not looked at.</returns>
    public OvsdbError? Check(Datum datum)
    {
        foreach (Atom key in datum.Keys)
        {
            if (Key.Check(key) is { } error) return error;
        }

        foreach (Atom value in datum.Values)
        {
            if (Value?.Check(value) is { } error) return error;
        }

        return null;
    }

    /// <summary>In words, as messages name it: "set of up to 3 integers".</summary>
    public string English
    {
        get
        {
            string key = Key.Atomic.Name();
            if (IsScalar) return key;
            string count = (Max, Min) switch
            {
                (Unlimited, 0) => " of",
                (Unlimited, _) => $" of {Min} or more",
                (_, 0) => $" of up to {Max}",
                _ => $" of {Min} to {Max}",
            };
            return Value is null ? $"set{count} {key}s" : $"map{count} ({key}, {Value.Atomic.Name()}) pairs";
        }
    }

    private static Datum DefaultOf(ElementType key, ElementType? value, uint min)
    {
        if (min == 0) return Datum.Empty;
        Atom[]? values = value is null ? null : [Atom.Default(value.Atomic)];
        return Datum.FromSorted([Atom.Default(key.Atomic)], values);
    }
}
