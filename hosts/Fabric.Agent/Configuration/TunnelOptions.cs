using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>
/// Reads <c>Interface.options</c> of a tunnel as OVS does (<c>set_tunnel_config</c> in lib/netdev-vport.c): what is unknown or no number is
/// passed over, and only what makes the port useless is an error, with OVS's words.
/// </summary>
public static class TunnelOptions
{
    public static bool IsTunnel(string type) => type is "vxlan" or "geneve" or "gre";

    /// <summary>The datapath's name for the port that all tunnels of this type and UDP port share.</summary>
    public static string VportName(TunnelSettings tunnel) => tunnel.Type switch
    {
        "vxlan" => $"vxlan_sys_{tunnel.EffectiveUdpPort}",
        "geneve" => $"genev_sys_{tunnel.EffectiveUdpPort}",
        _ => "gre_sys",
    };

    /// <param name="error">All that is wrong, a line each.</param>
    public static bool TryRead(
        InterfaceConfiguration configuration, [NotNullWhen(true)] out TunnelSettings? settings, [NotNullWhen(false)] out string? error)
    {
        var (name, type, options) = (configuration.Name, configuration.Type, configuration.Options);
        settings = null;
        var complaints = new List<string>();
        var draft = new TunnelSettings(type);
        var hasRemote = TryReadAddress(options.GetValueOrDefault("remote_ip"), out var remote, out var isRemoteFlow);
        if (!hasRemote && options.ContainsKey("remote_ip")) complaints.Add($"{name}: bad {type} 'remote_ip'");
        if (hasRemote && !isRemoteFlow && IsMulticast(remote))
        {
            error = string.Join('\n', complaints.Append($"{name}: multicast remote_ip={options["remote_ip"]} not allowed"));
            return false;
        }

        var hasLocal = TryReadAddress(options.GetValueOrDefault("local_ip"), out var local, out var isLocalFlow);
        if (options.TryGetValue("packet_type", out var packetType) && packetType is not ("legacy_l2" or "legacy_l3" or "ptap"))
        {
            error = $"{name}: unknown packet_type '{packetType}'";
            return false;
        }

        if (!hasRemote) complaints.Add($"{name}: {type} type requires valid 'remote_ip' argument");
        else if (isLocalFlow && !isRemoteFlow) complaints.Add($"{name}: {type} type requires 'remote_ip=flow' with 'local_ip=flow'");
        else if (hasLocal && !isLocalFlow && !isRemoteFlow && local.IsIpv4 != remote.IsIpv4)
            complaints.Add($"{name}: 'remote_ip' and 'local_ip' has to be of the same address family");
        error = complaints.Count == 0 ? null : string.Join('\n', complaints);
        if (error is not null) return false;
        draft = draft with { IsRemoteFlow = isRemoteFlow, IsLocalFlow = isLocalFlow };
        if (!isRemoteFlow) draft = remote.IsIpv4 ? draft with { RemoteIpv4 = remote.V4 } : draft with { RemoteIpv6 = remote.V6 };
        if (hasLocal && !isLocalFlow) draft = local.IsIpv4 ? draft with { LocalIpv4 = local.V4 } : draft with { LocalIpv6 = local.V6 };
        settings = ReadHeader(ReadKey(draft, options), options);
        return true;
    }

    private static TunnelSettings ReadKey(TunnelSettings draft, IReadOnlyDictionary<string, string> options)
    {
        var both = options.GetValueOrDefault("key");
        var (received, sent) = (options.GetValueOrDefault("in_key") ?? both, options.GetValueOrDefault("out_key") ?? both);
        if (received is not null) draft = received == "flow" ? draft with { IsKeyFlow = true } : draft with { Key = ReadNumber(received) };
        if (sent == received) return draft;
        return draft with { IsOutKeyFlow = sent == "flow", OutKey = sent is null or "flow" ? null : ReadNumber(sent) };
    }

    private static TunnelSettings ReadHeader(TunnelSettings draft, IReadOnlyDictionary<string, string> options)
    {
        if (options.TryGetValue("dst_port", out var port) && draft.Type != "gre" && (ushort)ReadNumber(port) is > 0 and var udp)
            draft = draft with { UdpPort = udp };
        if (options.TryGetValue("ttl", out var ttl))
        {
            draft = ttl == "inherit" ? draft with { IsTtlInherited = true }
                : (byte)ReadNumber(ttl) is > 0 and var hops ? draft with { Ttl = hops } : draft;
        }

        if (options.TryGetValue("tos", out var tos))
        {
            // Only the upper six bits can be set; ECN is always the inner packet's.
            draft = tos == "inherit" ? draft with { IsTosInherited = true }
                : ReadNumber(tos) is var bits && (bits & ~0xfcUL) == 0 ? draft with { Tos = (byte)bits } : draft;
        }

        return draft with
        {
            DontFragment = options.GetValueOrDefault("df_default") != "false",
            Checksum = options.GetValueOrDefault("csum") == "true",
        };
    }

    /// <summary>VXLAN's group policy extension is asked for.</summary>
    public static bool HasGroupPolicy(InterfaceConfiguration configuration) =>
        configuration.Type == "vxlan" && (configuration.Options.GetValueOrDefault("exts") ?? "").Split(',').Contains("gbp");

    private static bool TryReadAddress(string? text, out IpAddress address, out bool isFlow)
    {
        address = default;
        isFlow = text == "flow";
        return isFlow || (text is not null && IpAddress.TryParse(text, out address));
    }

    private static bool IsMulticast(IpAddress address) =>
        address.IsIpv4 ? address.V4.Value >> 28 == 0xe : address.ToString().StartsWith("ff", StringComparison.Ordinal);

    /// <summary>As <c>strtoull</c> does: the digits at the front, decimal or after 0x; without any, 0.</summary>
    private static ulong ReadNumber(string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = new string([.. (isHex ? text[2..] : text).TakeWhile(isHex ? char.IsAsciiHexDigit : char.IsAsciiDigit)]);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
