using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>The clauses of a "where" (all must hold) or of a monitor's condition (one must hold).</summary>
public sealed class Condition
{
    private readonly ImmutableArray<Clause> _clauses;

    private Condition(ImmutableArray<Clause> clauses) => _clauses = clauses;

    public ImmutableArray<Clause> Clauses => _clauses;

    /// <summary>The meaning in operations: no clause, every row.</summary>
    public bool MatchesAll(Row row)
    {
        foreach (Clause clause in _clauses)
        {
            if (!clause.Matches(row)) return false;
        }

        return true;
    }

    /// <summary>The meaning in monitors (ovsdb-server(7), "monitor_cond"): no clause, every row.</summary>
    public bool MatchesAny(Row row)
    {
        foreach (Clause clause in _clauses)
        {
            if (clause.Matches(row)) return true;
        }

        return _clauses.IsEmpty;
    }

    /// <summary>Parses an array of clauses.</summary>
    public static bool TryParse(
        JsonElement json, TableSchema table, [NotNullWhen(true)] out Condition? condition, [NotNullWhen(false)] out OvsdbError? error)
    {
        condition = null;
        error = json.ValueKind == JsonValueKind.Array
            ? Parse(json, table, null, out condition)
            : DatumParser.Syntax(json, "array expected");
        return condition is not null && error is null;
    }

    internal static OvsdbError? Parse(JsonElement json, TableSchema table, Symbols? symbols, out Condition? condition)
    {
        condition = null;
        var clauses = ImmutableArray.CreateBuilder<Clause>(json.GetArrayLength());
        foreach (JsonElement element in json.EnumerateArray())
        {
            if (Clause.Parse(element, table, symbols, out Clause? clause) is { } error) return error;
            clauses.Add(clause!);
        }

        condition = new Condition(clauses.MoveToImmutable());
        return null;
    }

    /// <summary>The row that the condition names by its UUID, if it does: then no other can match.</summary>
    internal Guid? OnlyUuid
    {
        get
        {
            foreach (Clause clause in _clauses)
            {
                if (clause.Function == ConditionFunction.Equal && clause.Column.Index == TableSchema.UuidIndex) return clause.Value.Uuid;
            }

            return null;
        }
    }

    /// <summary>The slots of matching rows, found before any of them is changed.</summary>
    internal List<RowSlot> Select(Table table)
    {
        var found = new List<RowSlot>();
        if (TryNarrow(table, out RowSlot? only))
        {
            if (only?.Row is { } row && MatchesAll(row)) found.Add(only);
            return found;
        }

        foreach (RowSlot slot in table.Slots)
        {
            if (slot.Row is { } row && MatchesAll(row)) found.Add(slot);
        }

        return found;
    }

    /// <summary>At most one row can match, by its UUID or by an index. An index knows of a change when it is committed.</summary>
    private bool TryNarrow(Table table, out RowSlot? only)
    {
        only = null;
        if (OnlyUuid is { } id)
        {
            table.TryGetSlot(id, out only);
            return true;
        }

        if (table.IsTouched) return false;
        foreach (Clause clause in _clauses)
        {
            if (clause.Function != ConditionFunction.Equal) continue;
            foreach (TableIndex index in table.Indexes)
            {
                if (index.Columns.Length != 1 || index.Columns[0] != clause.Column) continue;
                index.TryFind(clause.Value, out only);
                return true;
            }
        }

        return false;
    }
}
