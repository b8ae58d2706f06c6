using System.Text;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <content>From the connection to the first rows, and what the server says unasked from then on.</content>
public sealed partial class OvsdbClient
{
    private static ReadOnlySpan<byte> ServerMonitor => """
        ["_Server",["monid","_Server"],{"Database":[{"columns":["name","model","connected","leader","schema","cid","index"]}]}]
        """u8;

    private static readonly DatabaseSchema ServerSchema = ServerDatabase.Schema;

    private Replica _server = new(ServerSchema);
    private byte[] _schemaText = [];
    private bool _isWatching;

    private void BeginHandshake()
    {
        _server = new Replica(ServerSchema);
        _isWatching = false;
        Ask("get_schema", "[\"_Server\"]"u8, (_, error) =>
        {
            if (error.ValueKind != JsonValueKind.Undefined) AskForSchema();
            else Ask("monitor_cond", ServerMonitor, OnServerMonitor);
        });
    }

    /// <summary>A server without "_Server" knows no monitor_cond_since either (it came later).</summary>
    private void AskForSchema() => Ask("get_schema", ClientText.Only(options.Database), (schema, error) =>
    {
        if (error.ValueKind != JsonValueKind.Undefined) Fail($"get_schema: {JsonEcho.Of(error)}");
        else UseSchema(JsonText.Copy(schema), MonitorVersion.Update2);
    });

    private void OnServerMonitor(JsonElement rows, JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Undefined) AskForSchema();
        else TakeServerRows(rows);
    }

    private void TakeServerRows(JsonElement updates)
    {
        if (_server.Apply(updates, []) is { } wrong)
        {
            Fail(wrong);
            return;
        }
        var row = _server.Rows("Database").Values.FirstOrDefault(r => r["name"].Text == options.Database);
        // A database that is not (yet) served is waited for: its row tells when it is.
        bool isServed = row?["connected"].Boolean == true && row["schema"].Text is not null;
        if (!isServed)
        {
            if (Replica is not null && IsSynchronised) Fail($"database {options.Database} is gone");
            return;
        }
        byte[] schema = Encoding.UTF8.GetBytes(row!["schema"].Text!);
        if (!_isWatching) UseSchema(schema, MonitorVersion.Update3);
        else if (!schema.AsSpan().SequenceEqual(_schemaText)) Fail($"the schema of {options.Database} has changed");
    }

    private void UseSchema(byte[] text, MonitorVersion version)
    {
        if (!text.AsSpan().SequenceEqual(_schemaText) || Replica is null)
        {
            if (!DatabaseSchema.TryParse(text, out var schema, out var error))
            {
                Fail($"schema: {error}");
                return;
            }
            Replica = new Replica(schema);
            LastTransaction = Guid.Empty;
            _schemaText = text;
        }
        _isWatching = true;
        if (version == MonitorVersion.Update3) Ask("set_db_change_aware", "[true]"u8, (_, _) => { });
        if (options.Lock is not null) Ask("lock", ClientText.Only(options.Lock), OnLock);
        Watch(version);
    }

    private void OnLock(JsonElement result, JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Undefined) Fail($"lock: {JsonEcho.Of(error)}");
        else SetLock(result.ValueKind == JsonValueKind.Object && result.TryGetProperty("locked"u8, out var locked)
            && locked.ValueKind == JsonValueKind.True);
    }

    private void Watch(MonitorVersion version)
    {
        string method = version switch
        {
            MonitorVersion.Update => "monitor",
            MonitorVersion.Update2 => "monitor_cond",
            _ => "monitor_cond_since",
        };
        Ask(method, ClientText.Monitor(options, Replica!.Schema, version, LastTransaction), (result, error) =>
        {
            if (error.ValueKind == JsonValueKind.Undefined) TakeAll(version, result);
            else if (version > MonitorVersion.Update && error.ValueKind == JsonValueKind.String) Watch(version - 1);
            else Fail($"{method}: {JsonEcho.Of(error)}");
        });
    }

    private void TakeAll(MonitorVersion version, JsonElement result)
    {
        bool isFound = false;
        var rows = result;
        if (version == MonitorVersion.Update3)
        {
            if (result.ValueKind != JsonValueKind.Array || result.GetArrayLength() != 3 || !TakeTransaction(result[1]))
            {
                Fail("the reply to monitor_cond_since is wrong");
                return;
            }
            isFound = result[0].ValueKind == JsonValueKind.True;
            rows = result[2];
        }
        if (!isFound) Replica!.Clear();
        var changes = new List<RowChange>();
        if (Replica!.Apply(rows, changes) is { } wrong)
        {
            Lose(wrong);
            return;
        }
        IsSynchronised = true;
        if (!isFound) _events.Enqueue(new ClientEvent.Snapshot([.. Replica.AllRows]));
        else if (changes.Count > 0) _events.Enqueue(new ClientEvent.Changed(changes));
    }

    private void HandleNotification(JsonRpcMessage message)
    {
        var parameters = message.Params;
        switch (message.Method)
        {
            case "update" or "update2" when parameters.GetArrayLength() == 2:
                TakeUpdate(parameters[0], parameters[1], default);
                break;
            case "update3" when parameters.GetArrayLength() == 3:
                TakeUpdate(parameters[0], parameters[2], parameters[1]);
                break;
            case "locked" when IsOurLock(parameters):
                SetLock(true);
                break;
            case "stolen" when IsOurLock(parameters):
                SetLock(false);
                break;
            case "monitor_canceled":
                Fail($"database {options.Database} is served no longer");
                break;
        }
    }

    private void TakeUpdate(JsonElement id, JsonElement updates, JsonElement transaction)
    {
        bool isOfServer = id.ValueKind == JsonValueKind.Array && id.GetArrayLength() == 2 && id[1].ValueKind == JsonValueKind.String
            && id[1].ValueEquals("_Server"u8);
        if (isOfServer)
        {
            TakeServerRows(updates);
            return;
        }
        if (Replica is null || !IsSynchronised) return;
        var changes = new List<RowChange>();
        if (Replica.Apply(updates, changes) is { } wrong) Lose(wrong);
        else if (transaction.ValueKind != JsonValueKind.Undefined && !TakeTransaction(transaction)) Lose("a transaction's id is wrong");
        else if (changes.Count > 0) _events.Enqueue(new ClientEvent.Changed(changes));
    }

    /// <summary>The copy cannot be trusted any more: it is fetched anew over another connection.</summary>
    private void Lose(string wrong)
    {
        LastTransaction = Guid.Empty;
        IsSynchronised = false;
        Fail(wrong);
    }

    private bool TakeTransaction(JsonElement id)
    {
        if (id.ValueKind != JsonValueKind.String || !UuidText.TryParse(JsonAccess.Text(id), out var last)) return false;
        LastTransaction = last;
        return true;
    }

    private bool IsOurLock(JsonElement parameters) => options.Lock is { } name && parameters.GetArrayLength() == 1
        && parameters[0].ValueKind == JsonValueKind.String && parameters[0].ValueEquals(name);
}
