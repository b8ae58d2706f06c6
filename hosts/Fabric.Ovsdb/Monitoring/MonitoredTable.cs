namespace Fabric.Ovsdb;

/// <summary>
/// What one monitor watches of one table. A change of a column that only the condition names counts as a change of the row, although the
/// column is not sent (ovsdb/monitor.c adds it to the monitor unseen).
/// </summary>
internal sealed class MonitoredTable
{
    private readonly ColumnSchema[] _compared;

    public MonitoredTable(TableSchema table, MonitoredColumn[] columns, MonitorSelect select, RowCondition? condition)
    {
        Table = table;
        Columns = columns;
        Select = select;
        Condition = condition ?? RowCondition.Always;
        _compared = [.. columns.Select(c => c.Column).Union(Condition.Columns)];
    }

    public TableSchema Table { get; }

    public MonitoredColumn[] Columns { get; }

    public MonitorSelect Select { get; }

    /// <summary>Rows that match any of its clauses are seen; without clauses, all.</summary>
    public RowCondition Condition { get; }

    public MonitoredTable With(RowCondition condition) => new(Table, Columns, Select, condition);

    /// <summary>Whether the two versions of a row differ in what the monitor compares.</summary>
    public bool Differs(Row old, Row changed)
    {
        foreach (var column in _compared)
        {
            if (!old[column].Equals(changed[column])) return true;
        }
        return false;
    }

    /// <summary>What a change means to this monitor: a row that begins or ceases to match is inserted or deleted.</summary>
    public MonitorSelect Classify(Row? old, Row? changed, bool isInitial)
    {
        bool wasSeen = old is not null && Condition.MatchesAny(old);
        bool isSeen = changed is not null && Condition.MatchesAny(changed);
        var kind = (wasSeen, isSeen) switch
        {
            (false, true) => isInitial ? MonitorSelect.Initial : MonitorSelect.Insert,
            (true, false) => MonitorSelect.Delete,
            (true, true) => Differs(old!, changed!) ? MonitorSelect.Modify : MonitorSelect.None,
            _ => MonitorSelect.None,
        };
        return kind & Select;
    }
}
