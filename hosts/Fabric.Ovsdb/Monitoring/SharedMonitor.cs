namespace Fabric.Ovsdb;

/// <summary>
/// Watched tables, shared by all sessions that watch the same columns of the same tables under the same conditions in the same form: what a
/// commit means to them is encoded once, and its bytes go to all of them uncopied.
/// </summary>
internal sealed class SharedMonitor(string key, MonitorVersion version, MonitoredTable[] tables)
{
    private readonly List<MonitorSubscription> _subscriptions = [];

    /// <summary>Equal for requests that mean the same.</summary>
    public string Key { get; } = key;

    public MonitorVersion Version { get; } = version;

    public MonitoredTable[] Tables { get; } = tables;

    public int SubscriptionCount => _subscriptions.Count;

    public void Add(MonitorSubscription subscription) => _subscriptions.Add(subscription);

    public void Remove(MonitorSubscription subscription) => _subscriptions.Remove(subscription);

    /// <summary>Sends everybody what the commit changed for them, or nothing.</summary>
    public void Publish(Commit commit, Guid lastTransaction, JsonBuffer scratch)
    {
        if (!Concerns(commit)) return;
        scratch.Clear();
        BeginTail(scratch, lastTransaction);
        if (!TryWriteChanges(scratch, commit.Changes, isInitial: false)) return;
        byte[] tail = EndTail(scratch);
        // A session that is closed for having too much unsent leaves the list, and who inherits its locks may follow.
        foreach (var subscription in _subscriptions.ToArray()) subscription.Session.SendUpdate(subscription.Head, tail);
    }

    /// <summary>All rows, "table-updates" for the reply to the request that began the monitor.</summary>
    public void WriteInitial(JsonBuffer json, Database database)
    {
        json.Append((byte)'{');
        bool hasTables = false;
        foreach (var table in Tables)
        {
            var rows = database.Table(table.Table.Name).Rows;
            hasTables |= TryWriteTable(json, table, rows.Select(r => new RowChange(table.Table, r.Id, null, r)), true, hasTables);
        }
        json.Append((byte)'}');
    }

    /// <summary>"table-updates" of the changes; false, and nothing written, if there is nothing to see.</summary>
    public bool TryWriteChanges(JsonBuffer json, IReadOnlyList<RowChange> changes, bool isInitial)
    {
        int start = json.Size;
        json.Append((byte)'{');
        bool hasTables = false;
        foreach (var table in Tables)
        {
            hasTables |= TryWriteTable(json, table, changes.Where(c => c.Table == table.Table), isInitial, hasTables);
        }
        json.Append((byte)'}');
        if (!hasTables) json.Truncate(start);
        return hasTables;
    }

    /// <summary>What becomes visible, and what ceases to be, when this takes another's place: "table-updates", or false.</summary>
    /// <param name="before">Watches the same tables under other conditions.</param>
    public bool TryWriteTransition(JsonBuffer json, SharedMonitor before, Database database)
    {
        int start = json.Size;
        json.Append((byte)'{');
        bool hasTables = false;
        foreach (var (old, current) in before.Tables.Zip(Tables))
        {
            if (old.Condition.Text == current.Condition.Text) continue;
            var changes = new List<RowChange>();
            foreach (var row in database.Table(old.Table.Name).Rows)
            {
                bool wasSeen = old.Condition.MatchesAny(row), isSeen = current.Condition.MatchesAny(row);
                if (isSeen && !wasSeen) changes.Add(new RowChange(old.Table, row.Id, null, row));
                else if (wasSeen && !isSeen) changes.Add(new RowChange(old.Table, row.Id, row, null));
            }
            // The conditions have been applied.
            hasTables |= TryWriteTable(json, current.With(RowCondition.Always), changes, false, hasTables);
        }
        json.Append((byte)'}');
        if (!hasTables) json.Truncate(start);
        return hasTables;
    }

    /// <summary>What follows the id in an update's parameters: for update3 the transaction first.</summary>
    public void BeginTail(JsonBuffer json, Guid lastTransaction)
    {
        if (Version != MonitorVersion.Update3) return;
        json.Append((byte)'"');
        json.AppendUuidText(lastTransaction);
        json.Append("\","u8);
    }

    public static byte[] EndTail(JsonBuffer json)
    {
        json.Append("]}"u8);
        return json.ToArray();
    }

    private bool Concerns(Commit commit)
    {
        if (_subscriptions.Count == 0) return false;
        foreach (var change in commit.Changes)
        {
            foreach (var table in Tables)
            {
                if (table.Table == change.Table) return true;
            }
        }
        return false;
    }

    private bool TryWriteTable(JsonBuffer json, MonitoredTable table, IEnumerable<RowChange> changes, bool isInitial, bool isLater)
    {
        int start = json.Size;
        if (isLater) json.Append((byte)',');
        json.AppendString(table.Table.Name);
        json.Append(":{"u8);
        int head = json.Size;
        foreach (var change in changes)
        {
            int before = json.Size;
            if (before > head) json.Append((byte)',');
            if (!RowUpdate.TryWrite(json, Version, table, change, isInitial)) json.Truncate(before);
        }
        bool hasRows = json.Size > head;
        if (hasRows) json.Append((byte)'}');
        else json.Truncate(start);
        return hasRows;
    }
}
