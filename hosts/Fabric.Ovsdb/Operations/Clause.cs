using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>One clause of a condition: <c>[column, function, value]</c>, or a bare true or false.</summary>
public sealed class Clause
{
    private Clause(ConditionFunction function, ColumnSchema column, Datum value) => (Function, Column, Value) = (function, column, value);

    public ConditionFunction Function { get; }

    /// <summary>Of no meaning where the function takes no column.</summary>
    public ColumnSchema Column { get; }

    public Datum Value { get; }

    public bool Matches(Row row) => Function switch
    {
        ConditionFunction.Never => false,
        ConditionFunction.Always => true,
        _ => Matches(row[Column]),
    };

    internal static OvsdbError? Parse(JsonElement json, TableSchema table, Symbols? symbols, out Clause? clause)
    {
        clause = null;
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            ConditionFunction constant = json.ValueKind == JsonValueKind.True ? ConditionFunction.Always : ConditionFunction.Never;
            clause = new Clause(constant, table.Columns[TableSchema.UuidIndex], Datum.Empty);
            return null;
        }

        if (!Triples.TryTake(json, out string columnName, out string functionName, out JsonElement argument))
            return DatumParser.Syntax(json, "Parse error in condition.");
        if (!table.TryGetColumn(columnName, out ColumnSchema? column))
            return new OvsdbError("unknown column", $"No column {columnName} in table {table.Name}.", JsonEcho.Of(json));
        if (!TryParseFunction(functionName, out ConditionFunction function))
            return new OvsdbError("unknown function", $"No function named {functionName}.");

        ColumnType type = column.Type;
        (uint min, uint max) = (type.Min, type.Max);
        switch (function)
        {
            case ConditionFunction.Less or ConditionFunction.LessOrEqual or ConditionFunction.Greater or ConditionFunction.GreaterOrEqual:
                bool isOrdered = type.Key.Atomic is AtomicType.Integer or AtomicType.Real && (type.IsScalar || type.IsOptionalScalar);
                if (!isOrdered) return Triples.TypeMismatch(json, functionName, column);
                min = 1;
                break;
            case ConditionFunction.Includes when !type.IsScalar:
                min = 0;
                break;
            case ConditionFunction.Excludes when !type.IsScalar:
                (min, max) = (0, ColumnType.Unlimited);
                break;
        }

        OvsdbError? error = DatumParser.Parse(argument, type.Key, type.Value, min, max, symbols, out Datum value);
        if (error is null) clause = new Clause(function, column, value);
        return error;
    }

    private bool Matches(Datum field)
    {
        switch (Function)
        {
            case ConditionFunction.Equal: return field.Equals(Value);
            case ConditionFunction.NotEqual: return !field.Equals(Value);
            case ConditionFunction.Includes: return field.IncludesAll(Value);
            case ConditionFunction.Excludes: return field.ExcludesAll(Value);
        }

        // An absent value is neither more nor less than anything.
        if (field.IsEmpty) return false;
        int order = field.Keys[0].CompareTo(Value.Keys[0]);
        return Function switch
        {
            ConditionFunction.Less => order < 0,
            ConditionFunction.LessOrEqual => order <= 0,
            ConditionFunction.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static bool TryParseFunction(string name, out ConditionFunction function)
    {
        function = name switch
        {
            "==" => ConditionFunction.Equal,
            "!=" => ConditionFunction.NotEqual,
            "<" => ConditionFunction.Less,
            "<=" => ConditionFunction.LessOrEqual,
            ">" => ConditionFunction.Greater,
            ">=" => ConditionFunction.GreaterOrEqual,
            "includes" => ConditionFunction.Includes,
            "excludes" => ConditionFunction.Excludes,
            _ => ConditionFunction.Never,
        };
        return function != ConditionFunction.Never;
    }
}
