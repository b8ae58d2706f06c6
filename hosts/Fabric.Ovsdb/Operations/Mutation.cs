using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>One mutation of a "mutate": <c>[column, mutator, value]</c>.</summary>
internal sealed record Mutation(ColumnSchema Column, Mutator Mutator, string Word, Datum Value)
{
    public static OvsdbError? Parse(JsonElement json, TableSchema table, Symbols symbols, out Mutation? mutation)
    {
        mutation = null;
        if (!Triples.TryTake(json, out string columnName, out string word, out JsonElement argument))
            return DatumParser.Syntax(json, "Parse error in mutation.");
        if (!table.TryGetColumn(columnName, out ColumnSchema? column))
            return new OvsdbError("unknown column", $"No column {columnName} in table {table.Name}.", JsonEcho.Of(json));
        if (!column.IsMutable)
        {
            return new OvsdbError("constraint violation", $"Cannot mutate immutable column {columnName} in table {table.Name}.",
                JsonEcho.Of(json));
        }

        if (ParseMutator(word) is not { } mutator) return new OvsdbError("unknown mutator", $"No mutator named {word}.");
        OvsdbError? error = mutator < Mutator.Insert
            ? ParseOperand(json, argument, column, mutator, word, symbols, out Datum value)
            : ParseElements(json, argument, column, mutator, word, symbols, out value);
        if (error is null) mutation = new Mutation(column, mutator, word, value);
        return error;
    }

    public OvsdbError? Apply(Datum datum, out Datum result)
    {
        result = datum;
        if (Mutator < Mutator.Insert) return Arithmetic.Apply(this, datum, out result);
        result = Mutator == Mutator.Insert ? datum.Union(Value) : datum.Subtract(Value);
        return Column.Type.Accepts(result.Count)
            ? null
            : OvsdbError.ConstraintViolation($"Attempted to store {result.Count} elements in {Column.Type.English}.");
    }

    private static OvsdbError? ParseOperand(
        JsonElement json, JsonElement argument, ColumnSchema column, Mutator mutator, string word, Symbols symbols, out Datum value)
    {
        value = Datum.Empty;
        AtomicType atomic = column.Type.Key.Atomic;
        bool isNumber = atomic == AtomicType.Integer || (atomic == AtomicType.Real && mutator != Mutator.Modulo);
        if (column.Type.IsMap || !isNumber) return Triples.TypeMismatch(json, word, column);

        // The result must satisfy the column's constraints; the operand need not.
        return DatumParser.Parse(argument, new ElementType(atomic), null, 1, 1, symbols, out value);
    }

    private static OvsdbError? ParseElements(
        JsonElement json, JsonElement argument, ColumnSchema column, Mutator mutator, string word, Symbols symbols, out Datum value)
    {
        value = Datum.Empty;
        ColumnType type = column.Type;
        if (type.IsScalar) return Triples.TypeMismatch(json, word, column);
        uint max = mutator == Mutator.Delete ? ColumnType.Unlimited : type.Max;
        OvsdbError? error = DatumParser.Parse(argument, type.Key, type.Value, 0, max, symbols, out value);

        // From a map, keys may be deleted whatever their values.
        if (error is not null && type.IsMap && mutator == Mutator.Delete)
            error = DatumParser.Parse(argument, type.Key, null, 0, max, symbols, out value);
        return error;
    }

    private static Mutator? ParseMutator(string word) => word switch
    {
        "+=" => Mutator.Add,
        "-=" => Mutator.Subtract,
        "*=" => Mutator.Multiply,
        "/=" => Mutator.Divide,
        "%=" => Mutator.Modulo,
        "insert" => Mutator.Insert,
        "delete" => Mutator.Delete,
        _ => null,
    };
}
