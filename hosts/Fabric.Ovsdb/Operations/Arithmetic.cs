namespace Fabric.Ovsdb;

/// <summary>
/// The mutators that calculate, on every element of a column. One deliberate difference: ovsdb-server 3.1 multiplies two negative numbers
/// without noticing an overflow, refuses 1 × 2⁶³-1, and dies of a negative number times zero; here the result is right or out of range.
/// </summary>
internal static class Arithmetic
{
    public static OvsdbError? Apply(Mutation mutation, Datum datum, out Datum result)
    {
        result = datum;
        var builder = new DatumBuilder(datum.Count, isMap: false);
        Atom operand = mutation.Value.Keys[0];
        foreach (Atom atom in datum.Keys)
        {
            OvsdbError? error = operand.Type == AtomicType.Integer
                ? Calculate(mutation, atom.AsInteger, operand.AsInteger, out Atom value)
                : Calculate(mutation, atom.AsReal, operand.AsReal, out value);
            if (error is not null) return error;
            builder.Add(value, default);
        }

        bool isUnique = builder.TrySort();
        ElementType type = mutation.Column.Type.Key;
        Datum built = builder.Build();
        foreach (Atom atom in built.Keys)
        {
            if (type.Check(atom) is { } error) return error;
        }

        if (!isUnique) return OvsdbError.ConstraintViolation($"Result of \"{mutation.Word}\" operation contains duplicates.");
        result = built;
        return null;
    }

    private static OvsdbError? Calculate(Mutation mutation, long x, long y, out Atom result)
    {
        result = default;
        if (mutation.Mutator is Mutator.Divide or Mutator.Modulo)
        {
            if (y == 0) return DivisionByZero();
            if (x == long.MinValue && y == -1) return OutOfRange(mutation);
        }

        try
        {
            result = Atom.Integer(checked(mutation.Mutator switch
            {
                Mutator.Add => x + y,
                Mutator.Subtract => x - y,
                Mutator.Multiply => x * y,
                Mutator.Divide => x / y,
                _ => x % y,
            }));
            return null;
        }
        catch (OverflowException)
        {
            return OutOfRange(mutation);
        }
    }

    private static OvsdbError? Calculate(Mutation mutation, double x, double y, out Atom result)
    {
        result = default;
        if (mutation.Mutator == Mutator.Divide && y == 0) return DivisionByZero();
        double value = mutation.Mutator switch
        {
            Mutator.Add => x + y,
            Mutator.Subtract => x - y,
            Mutator.Multiply => x * y,
            _ => x / y,
        };
        if (!double.IsFinite(value)) return OutOfRange(mutation);
        result = Atom.Real(value);
        return null;
    }

    private static OvsdbError DivisionByZero() => new("domain error", "Division by zero.");

    private static OvsdbError OutOfRange(Mutation mutation) =>
        new("range error", $"Result of \"{mutation.Word}\" operation is out of range.");
}
