using System.Text.Json;

namespace Fabric.Ovsdb;

/// <content>Monitors of a session (RFC 7047, 4.1.5 to 4.1.7; ovsdb-server(7), 4.1.12 to 4.1.15).</content>
public sealed partial class OvsdbSession
{
    internal void Drop(MonitorSubscription monitor, bool isTold)
    {
        _monitors.Remove(monitor.Key);
        if (isTold && IsChangeAware) Send(RpcText.Notification("monitor_canceled", monitor.Id));
    }

    internal IEnumerable<MonitorSubscription> MonitorsOf(ServedDatabase database) =>
        _monitors.Values.Where(m => m.Database == database).ToList();

    private void BeginMonitor(JsonRpcMessage request, MonitorVersion version)
    {
        if (FindDatabase(request) is not { } database) return;
        var parameters = request.Params;
        if (parameters.GetArrayLength() is var count && (version == MonitorVersion.Update3 ? count != 4 : count != 3))
        {
            // ovsdb-server reads past the end of a "monitor" that is too short, and passes over what is too much.
            if (version != MonitorVersion.Update || count < 3)
            {
                Refuse(request, RpcText.Syntax(parameters, "invalid parameters"));
                return;
            }
        }
        string key = JsonEcho.Of(parameters[1]);
        if (parameters[2].ValueKind != JsonValueKind.Object)
            Refuse(request, RpcText.Syntax(parameters[2], "monitor-requests must be object"));
        else if (_monitors.ContainsKey(key)) Refuse(request, RpcText.Syntax(parameters[1], "duplicate monitor ID"));
        else if (MonitorRequest.Parse(database.Database.Schema, parameters[2], version, out var monitor) is { } wrong)
            Refuse(request, wrong);
        else if (LastTransaction(parameters, version, out var last) is { } wrongLast) Refuse(request, wrongLast);
        else
        {
            var subscription = database.Subscribe(this, monitor, JsonText.Copy(parameters[1]), key);
            _monitors.Add(key, subscription);
            Reply(database.BeginReply(subscription.Monitor, IdOf(request), last));
        }
    }

    private static OvsdbError? LastTransaction(JsonElement parameters, MonitorVersion version, out Guid last)
    {
        last = Guid.Empty;
        if (version != MonitorVersion.Update3) return null;
        var id = parameters[3];
        if (id.ValueKind != JsonValueKind.String) return RpcText.Syntax(id, "last-txn-id must be string");
        return UuidText.TryParse(JsonAccess.Text(id), out last) ? null : RpcText.Syntax(id, "last-txn-id must be UUID format.");
    }

    private void ChangeMonitor(JsonRpcMessage request)
    {
        var parameters = request.Params;
        if (parameters.GetArrayLength() != 3)
        {
            Refuse(request, RpcText.Syntax(parameters, "invalid parameters"));
            return;
        }
        if (!_monitors.TryGetValue(JsonEcho.Of(parameters[0]), out var subscription))
        {
            Refuse(request, RpcText.Syntax(parameters[0], "unknown monitor session"));
            return;
        }
        string key = JsonEcho.Of(parameters[1]);
        bool isRenamed = key != subscription.Key;
        if (isRenamed && _monitors.ContainsKey(key)) Refuse(request, RpcText.Syntax(parameters[1], "duplicate monitor ID"));
        else if (parameters[2].ValueKind != JsonValueKind.Object)
            Refuse(request, new OvsdbError("syntax error", "monitor-cond-change-requests must be object"));
        else if (subscription.Database.ParseChange(subscription, parameters[2], out var changed) is { } wrong) Refuse(request, wrong);
        else
        {
            if (isRenamed)
            {
                _monitors.Remove(subscription.Key);
                subscription.Rename(JsonText.Copy(parameters[1]), key);
                _monitors.Add(key, subscription);
            }
            subscription.Database.Resubscribe(subscription, changed);
            Answer(request, RpcText.EmptyObject);
        }
    }

    private void CancelMonitor(JsonRpcMessage request)
    {
        if (request.Params.GetArrayLength() != 1) Reply(RpcText.Error(IdOf(request), "invalid parameters"));
        else if (!_monitors.Remove(JsonEcho.Of(request.Params[0]), out var subscription))
            Reply(RpcText.Error(IdOf(request), "unknown monitor"));
        else
        {
            subscription.Database.Unsubscribe(subscription);
            Answer(request, RpcText.EmptyObject);
        }
    }
}
