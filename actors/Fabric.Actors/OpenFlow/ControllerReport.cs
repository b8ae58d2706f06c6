using System.Globalization;
using Fabric.Agent.Configuration;
using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>The columns of a <c>Controller</c> row that say how its connection does (ovs-vswitchd.conf.db(5)).</summary>
internal static class ControllerReport
{
    public static ControllerStatus Of(RemoteState state, long nowMs)
    {
        var pairs = new Dictionary<string, string>();
        var session = state.Connections.Select(c => (c.Session as OpenFlowPeer)?.Session).FirstOrDefault(s => s is not null);
        if (state.Remote.IsPassive)
        {
            if (state.Connections.Count > 0) pairs["n_connections"] = Number(state.Connections.Count);
            return new ControllerStatus(state.IsConnected, session is null ? null : RoleOf(session.Role), pairs);
        }

        pairs["state"] = state.State;
        if (state.ConnectedMs is { } connected) pairs["sec_since_connect"] = Number((nowMs - connected) / 1_000);
        if (state.DisconnectedMs is { } lost) pairs["sec_since_disconnect"] = Number((nowMs - lost) / 1_000);
        if (state.LastError is { } failure) pairs["last_error"] = failure;
        foreach (var (name, count) in session?.LimitStatus() ?? []) pairs[name] = count;
        return new ControllerStatus(state.IsConnected, session is null ? null : RoleOf(session.Role), pairs);
    }

    private static string RoleOf(ControllerRole role) => role switch
    {
        ControllerRole.Primary => "master",
        ControllerRole.Secondary => "slave",
        _ => "other",
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
