using System.Runtime.InteropServices;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <content>The methods of RFC 7047 section 4.1 and of ovsdb-server(7), but for monitors. Error texts are ovsdb-server's.</content>
public sealed partial class OvsdbSession
{
    private void HandleRequest(JsonRpcMessage request, long nowMs)
    {
        switch (request.Method)
        {
            case "echo":
                Answer(request, JsonMarshal.GetRawUtf8Value(request.Params));
                break;
            case "transact":
                Transact(request, nowMs);
                break;
            case "monitor":
                BeginMonitor(request, MonitorVersion.Update);
                break;
            case "monitor_cond" when _server.HasConditions:
                BeginMonitor(request, MonitorVersion.Update2);
                break;
            case "monitor_cond_since" when _server.HasConditions:
                BeginMonitor(request, MonitorVersion.Update3);
                break;
            case "monitor_cond_change":
                ChangeMonitor(request);
                break;
            case "monitor_cancel":
                CancelMonitor(request);
                break;
            case "get_schema":
                if (FindDatabase(request) is { } asked) Answer(request, asked.Database.Schema.Json);
                break;
            case "list_dbs":
                ListDatabases(request);
                break;
            case "get_server_id":
                Answer(request, JsonOf(json => json.AppendString(_server.Id.ToString())));
                break;
            case "lock":
                Lock(request, isSteal: false);
                break;
            case "steal":
                Lock(request, isSteal: true);
                break;
            case "unlock":
                Unlock(request);
                break;
            case "set_db_change_aware":
                SetChangeAware(request);
                break;
            default:
                Reply(RpcText.Error(IdOf(request), "unknown method"));
                break;
        }
    }

    /// <summary>"cancel" is the only notification a server knows (RFC 7047, 4.1.4); others are passed over.</summary>
    private void HandleNotification(JsonRpcMessage message)
    {
        if (message.Method != "cancel" || message.Params.GetArrayLength() != 1) return;
        if (!_pending.TryGetValue(JsonEcho.Of(message.Params[0]), out var pending)) return;
        pending.Database.Forget(pending);
        // ovsdb-server answers only clients that are aware of database changes (ovsdb_jsonrpc_trigger_complete).
        EndWait(pending, IsChangeAware ? RpcText.Error(pending.Id, "canceled") : default);
    }

    private void Transact(JsonRpcMessage request, long nowMs)
    {
        if (FindDatabase(request) is not { } database) return;
        if (_pending.Count > 0 && _pending.ContainsKey(JsonEcho.Of(request.Id)))
            Refuse(request, RpcText.Syntax(request.Params, "transact: duplicate request ID"));
        else database.Transact(this, request, nowMs);
    }

    private void ListDatabases(JsonRpcMessage request) => Answer(request, JsonOf(json =>
    {
        json.Append((byte)'[');
        foreach (var (index, name) in _server.DatabaseNames.Index())
        {
            if (index > 0) json.Append((byte)',');
            json.AppendString(name);
        }
        json.Append((byte)']');
    }));

    private void Lock(JsonRpcMessage request, bool isSteal)
    {
        if (RefusesLocks(request) || LockName(request) is not { } name) return;
        if (AskedLocks.Contains(name))
        {
            Refuse(request, RpcText.Syntax(request.Params, $"must issue \"unlock\" before new \"{request.Method}\""));
            return;
        }
        bool isOwner = _server.Lock(name, this, isSteal);
        Answer(request, isOwner ? "{\"locked\":true}"u8 : "{\"locked\":false}"u8);
    }

    private void Unlock(JsonRpcMessage request)
    {
        if (RefusesLocks(request) || LockName(request) is not { } name) return;
        if (!AskedLocks.Contains(name))
        {
            Refuse(request, RpcText.Syntax(request.Params, "unlock: \"unlock\" without \"lock\" or \"steal\""));
            return;
        }
        _server.Unlock(name, this);
        Answer(request, RpcText.EmptyObject);
    }

    private bool RefusesLocks(JsonRpcMessage request)
    {
        if (Options.IsReadOnly) Reply(RpcText.Error(IdOf(request), "lock and unlock methods not allowed, DB server is read only."));
        return Options.IsReadOnly;
    }

    private string? LockName(JsonRpcMessage request)
    {
        var parameters = request.Params;
        if (parameters.GetArrayLength() == 1 && parameters[0].ValueKind == JsonValueKind.String
            && JsonAccess.Text(parameters[0]) is var name && JsonAccess.IsId(name)) return name;
        Refuse(request, RpcText.Syntax(parameters, $"{request.Method} request params must be <id>"));
        return null;
    }

    private void SetChangeAware(JsonRpcMessage request)
    {
        var parameters = request.Params;
        if (parameters.GetArrayLength() == 1 && parameters[0].ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            IsChangeAware = parameters[0].GetBoolean();
            Answer(request, RpcText.EmptyObject);
            return;
        }
        Refuse(request, RpcText.Syntax(parameters, "set_db_change_aware: true or false parameter expected"));
    }

    /// <summary>The database that the first parameter names; null, and the request refused, if there is none.</summary>
    private ServedDatabase? FindDatabase(JsonRpcMessage request)
    {
        var parameters = request.Params;
        if (parameters.GetArrayLength() == 0 || parameters[0].ValueKind != JsonValueKind.String)
        {
            Refuse(request, RpcText.Syntax(parameters, $"{request.Method} request params must begin with <db-name>"));
            return null;
        }
        string name = JsonAccess.Text(parameters[0]);
        if (_server.Find(name) is { } database) return database;
        Refuse(request, RpcText.Syntax(parameters, $"{request.Method} request specifies unknown database {name}", "unknown database"));
        return null;
    }

    private void Answer(JsonRpcMessage request, ReadOnlySpan<byte> result) => Reply(RpcText.Reply(IdOf(request), result));

    private void Refuse(JsonRpcMessage request, OvsdbError error) => Reply(RpcText.Error(IdOf(request), error));

    private static ReadOnlySpan<byte> IdOf(JsonRpcMessage request) => JsonMarshal.GetRawUtf8Value(request.Id);

    private static ReadOnlySpan<byte> JsonOf(Action<JsonBuffer> write)
    {
        var json = new JsonBuffer();
        write(json);
        return json.Written;
    }
}
