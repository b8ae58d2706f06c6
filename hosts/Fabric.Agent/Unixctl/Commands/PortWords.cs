using System.Globalization;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Type and configuration of a bridge's port in OVS's words (OVS: <c>netdev_get_type</c>, <c>get_tunnel_config</c>).</summary>
public static class PortWords
{
    /// <summary>Null for a patch port, which the datapath does not know.</summary>
    public static OdpPort? DatapathNumber(AgentPort port) => port.Settings.Type == AgentPortType.Patch ? null : port.Settings.Odp;

    public static string Type(AgentPort port, DatapathView view) => port.Settings.Type switch
    {
        AgentPortType.Patch => "patch",
        AgentPortType.Tunnel => port.Settings.Tunnel!.Type,
        _ => view.FindPort(port.Settings.Odp)?.Type ?? (port.Settings.Type == AgentPortType.Internal ? "internal" : "system"),
    };

    /// <summary>Sorted by key. What is left at its default is not shown, as in OVS.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Options(AgentPort port)
    {
        if (port.Settings.Type == AgentPortType.Patch) return [new("peer", port.Settings.Peer ?? "")];
        return port.Settings.Tunnel is { } tunnel ? [.. Options(tunnel).OrderBy(o => o.Key, StringComparer.Ordinal)] : [];
    }

    private static IEnumerable<KeyValuePair<string, string>> Options(TunnelSettings tunnel)
    {
        if (Address(tunnel.RemoteIpv4, tunnel.RemoteIpv6, tunnel.IsRemoteFlow) is { } remote) yield return new("remote_ip", remote);
        if (Address(tunnel.LocalIpv4, tunnel.LocalIpv6, tunnel.IsLocalFlow) is { } local) yield return new("local_ip", local);
        var (received, sent) = (Key(tunnel.IsKeyFlow, tunnel.Key), Key(tunnel.IsOutKeyFlow, tunnel.OutKey));
        if (received == sent && received is not null) yield return new("key", received);
        else
        {
            if (received is not null) yield return new("in_key", received);
            if (sent is not null) yield return new("out_key", sent);
        }

        if (tunnel.IsTtlInherited) yield return new("ttl", "inherit");
        else if (tunnel.Ttl != 64) yield return new("ttl", tunnel.Ttl.ToString(CultureInfo.InvariantCulture));
        if (tunnel.IsTosInherited) yield return new("tos", "inherit");
        else if (tunnel.Tos != 0) yield return new("tos", string.Create(CultureInfo.InvariantCulture, $"0x{tunnel.Tos:x}"));
        var standard = new TunnelSettings(tunnel.Type).EffectiveUdpPort;
        if (tunnel.EffectiveUdpPort != standard)
            yield return new("dst_port", tunnel.EffectiveUdpPort.ToString(CultureInfo.InvariantCulture));
        if (tunnel.Checksum) yield return new("csum", "true");
        if (!tunnel.DontFragment) yield return new("df_default", "false");
    }

    private static string? Key(bool isFlow, ulong? key) => isFlow ? "flow" : key?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Null when there is none.</summary>
    public static string? Address(Wire.Ipv4Address? v4, Wire.Ipv6Address? v6, bool isFlow) =>
        isFlow ? "flow" : v4?.ToString() ?? v6?.ToString();
}
