using Fabric.Flow;
using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>What ovs-vswitchd writes into <c>Interface</c> rows (vswitchd/bridge.c: <c>iface_refresh_netdev_status</c> and
/// others).</summary>
internal static class InterfaceColumns
{
    /// <summary>Names of Linux devices' counters (netdev-linux.c); those that nothing here can raise are always 0.</summary>
    private static readonly string[] NeverCounted =
        ["collisions", "rx_crc_err", "rx_errors", "rx_frame_err", "rx_missed_errors", "rx_over_err", "tx_errors"];

    /// <summary>An interface that is not set up has no number but -1, and no status.</summary>
    public static void WriteFailure(DatabaseWrite write, Row row, string? error)
    {
        write.Set(row, "ofport", -1L);
        write.Set(row, "error", error);
        foreach (var column in new[]
        {
            "mac_in_use", "ifindex", "admin_state", "link_state", "link_resets", "link_speed", "duplex", "mtu", "lacp_current",
                "statistics",
            "status", "bfd_status", "cfm_fault", "cfm_fault_status", "cfm_remote_mpids", "cfm_flap_count", "cfm_health",
                "cfm_remote_opstate",
        }) write.Set(row, column, Datum.Empty);
    }

    /// <param name="port">The port as the switch has it.</param>
    public static void WriteStatus(DatabaseWrite write, Row row, InterfaceState state, AgentPort? port, IDevices devices)
    {
        write.Set(row, "ofport", state.Number.Value);
        write.Set(row, "error", state.Error);
        write.Set(row, "mac_in_use", state.Mac.ToString());
        write.Set(row, "ifindex", state.Device?.Ifindex ?? 0);
        write.Set(row, "admin_state", state.IsAdminUp ? "up" : "down");
        write.Set(row, "link_state", port?.IsUp == false ? "down" : "up");
        write.Set(row, "link_resets", state.LinkResets);
        write.Set(row, "link_speed", state.Device?.LinkSpeed);
        write.Set(row, "duplex", state.Device?.LinkSpeed is null ? null : "full");
        write.Set(row, "mtu", state.Mtu);
        write.Set(row, "lacp_current", port?.Bundle.Bond is { Settings.Lacp: not LacpMode.Off } bond
            ? bond.FindMember(port) is { MayEnable: true } : (bool?)null);
        write.Set(row, "bfd_status", port?.Bfd?.Status ?? None);
        write.Set(row, "status", state.Device?.Status ?? (state.Tunnel is { } tunnel ? devices.TunnelStatus(Remote(tunnel)) : None));
    }

    public static void WriteStatistics(DatabaseWrite write, Row row, InterfaceState state, PortCounters counters)
    {
        List<(string, long)> values =
        [
            ("rx_packets", counters.RxPackets), ("rx_bytes", counters.RxBytes), ("tx_packets", counters.TxPackets),
            ("tx_bytes", counters.TxBytes),
        ];
        if (state.Device is not null)
        {
            values.AddRange([("rx_dropped", counters.RxDropped), ("tx_dropped", counters.TxDropped)]);
            foreach (var name in NeverCounted) values.Add((name, 0));
        }

        write.Set(row, "statistics", values);
    }

    private static readonly Dictionary<string, string> None = [];

    private static Wire.IpAddress? Remote(TunnelSettings tunnel) =>
        tunnel.RemoteIpv4 is { } v4 ? v4 : tunnel.RemoteIpv6 is { } v6 ? v6 : null;
}
