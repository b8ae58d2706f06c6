using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>Which rows a monitor sees: those that match any clause, or all when there is none.</summary>
internal sealed class RowCondition
{
    public static readonly RowCondition Always = new(null);

    private readonly Condition? _condition;

    private RowCondition(Condition? condition)
    {
        _condition = condition;
        var json = new JsonBuffer();
        foreach (var clause in condition?.Clauses ?? [])
        {
            json.AppendInteger((int)clause.Function);
            json.Append((byte)' ');
            json.AppendInteger(clause.Column.Index);
            DatumJson.Write(json, clause.Value, clause.Column.Type);
        }
        Text = json.ToString();
    }

    /// <summary>Equal for conditions that say the same, clause for clause.</summary>
    public string Text { get; }

    public IEnumerable<ColumnSchema> Columns => _condition is null ? [] : _condition.Clauses.Select(c => c.Column);

    public bool MatchesAny(Row row) => _condition is null || _condition.MatchesAny(row);

    public static OvsdbError? Parse(TableSchema table, JsonElement where, out RowCondition condition)
    {
        condition = Always;
        if (!Condition.TryParse(where, table, out var parsed, out var error)) return error;
        if (parsed.Clauses.Length > 0) condition = new RowCondition(parsed);
        return null;
    }
}
