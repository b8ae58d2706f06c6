using System.Globalization;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>The pairs of Manager.status (ovs-vswitchd.conf.db(5)).</summary>
internal static class RemoteStatus
{
    public static IEnumerable<(string Key, string Value)> Of(RemoteState? state, long nowMs)
    {
        if (state is null) yield break;
        if (state.Remote.IsPassive)
        {
            if (state.Connections.Count > 1) yield return ("n_connections", Number(state.Connections.Count));
            if (state.Listener is { Port: > 0 } listener) yield return ("bound_port", Number(listener.Port));
            yield break;
        }

        yield return ("state", state.State);
        if (state.ConnectedMs is { } connected) yield return ("sec_since_connect", Number((nowMs - connected) / 1_000));
        if (state.DisconnectedMs is { } lost) yield return ("sec_since_disconnect", Number((nowMs - lost) / 1_000));
        if (state.LastError is { } failure) yield return ("last_error", failure);
        if (state.Connections.FirstOrDefault()?.Session is OvsdbSession { Locks.Count: > 0 } session)
            yield return ("locks_held", string.Join(' ', session.Locks));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
