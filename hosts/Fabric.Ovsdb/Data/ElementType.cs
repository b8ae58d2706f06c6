namespace Fabric.Ovsdb;

/// <summary>The type and constraints of a column's keys or of its values (RFC 7047, section 3.2, "base-type").</summary>
/// <param name="Enum">The allowed values, or null.</param>
/// <param name="MinLength">In characters (Unicode code points), as <paramref name="MaxLength"/>.</param>
public sealed record ElementType(
    AtomicType Atomic,
    Datum? Enum = null,
    long MinInteger = long.MinValue,
    long MaxInteger = long.MaxValue,
    double MinReal = -double.MaxValue,
    double MaxReal = double.MaxValue,
    uint MinLength = 0,
    uint MaxLength = uint.MaxValue,
    string? RefTable = null,
    ReferenceKind Reference = ReferenceKind.None)
{
    public bool IsStrongReference => Reference == ReferenceKind.Strong;

    public bool IsWeakReference => Reference == ReferenceKind.Weak;

    /// <summary>References are checked when a transaction commits, everything else here.</summary>
    /// <returns>Null if the atom, which is of this type, satisfies the constraints.</returns>
    public OvsdbError? Check(Atom atom)
    {
        if (Enum is not null && !Enum.Contains(atom))
        {
            string allowed = AtomText.Format(Enum, isMap: false, isPlural: true);
            return OvsdbError.ConstraintViolation($"{atom} is not one of the allowed values ({allowed})");
        }

        return Atomic switch
        {
            AtomicType.Integer => CheckRange(atom.AsInteger >= MinInteger, atom.AsInteger <= MaxInteger,
                MinInteger != long.MinValue, MaxInteger != long.MaxValue, atom, Atom.Integer(MinInteger), Atom.Integer(MaxInteger)),
            AtomicType.Real => CheckRange(atom.AsReal >= MinReal, atom.AsReal <= MaxReal,
                MinReal != -double.MaxValue, MaxReal != double.MaxValue, atom, Atom.Real(MinReal), Atom.Real(MaxReal)),
            AtomicType.String => CheckLength(atom.AsString),
            _ => null,
        };
    }

    private static OvsdbError? CheckRange(bool isHighEnough, bool isLowEnough, bool hasMin, bool hasMax, Atom atom, Atom min, Atom max)
    {
        if (isHighEnough && isLowEnough) return null;
        return OvsdbError.ConstraintViolation((hasMin, hasMax) switch
        {
            (true, true) => $"{atom} is not in the valid range {min} to {max} (inclusive)",
            (true, false) => $"{atom} is less than minimum allowed value {min}",
            _ => $"{atom} is greater than maximum allowed value {max}",
        });
    }

    private OvsdbError? CheckLength(string text)
    {
        if (MinLength == 0 && MaxLength >= text.Length) return null;
        int count = text.Length;
        foreach (char c in text)
        {
            if (char.IsLowSurrogate(c)) count--;
        }

        if (count < MinLength)
            return OvsdbError.ConstraintViolation($"\"{text}\" length {count} is less than minimum allowed length {MinLength}");
        if (count > MaxLength)
            return OvsdbError.ConstraintViolation($"\"{text}\" length {count} is greater than maximum allowed length {MaxLength}");
        return null;
    }
}
