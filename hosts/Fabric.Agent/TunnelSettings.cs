using System.Diagnostics.CodeAnalysis;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Options of a tunnel port, with OVS's defaults (ovs-vswitchd.conf.db(5), "Tunnel Options"). An address that is not given is any; one that
/// is <c>flow</c> is set and matched by rules.
/// </summary>
public sealed record TunnelSettings(string Type)
{
    /// <summary>Null with <see cref="IsRemoteFlow"/> false is a port that cannot send.</summary>
    public Ipv4Address? RemoteIpv4 { get; init; }
    public Ipv6Address? RemoteIpv6 { get; init; }
    public bool IsRemoteFlow { get; init; }
    public Ipv4Address? LocalIpv4 { get; init; }
    public Ipv6Address? LocalIpv6 { get; init; }
    public bool IsLocalFlow { get; init; }

    private readonly bool _hasOutKey;

    /// <summary>Tunnel key of what is received; null is none, unless <see cref="IsKeyFlow"/>.</summary>
    public ulong? Key { get; init; }
    public bool IsKeyFlow { get; init; }

    /// <summary>Tunnel key of what is sent: like <see cref="Key"/>, unless it was set by itself.</summary>
    public ulong? OutKey
    {
        get => _hasOutKey ? field : Key;
        init => (_hasOutKey, field) = (true, value);
    }

    public bool IsOutKeyFlow
    {
        get => _hasOutKey ? field : IsKeyFlow;
        init => (_hasOutKey, field) = (true, value);
    }

    /// <summary>Outer UDP port; null is the type's own (4789, 6081).</summary>
    public ushort? UdpPort { get; init; }
    public byte Ttl { get; init; } = 64;
    public bool IsTtlInherited { get; init; }
    public byte Tos { get; init; }
    public bool IsTosInherited { get; init; }
    public bool DontFragment { get; init; } = true;
    public bool Checksum { get; init; }

    public ushort EffectiveUdpPort => UdpPort ?? Type switch { "vxlan" => 4789, "geneve" => 6081, _ => (ushort)0 };

    /// <summary>Reads options as <c>ovs-vsctl</c> takes them: <c>remote_ip=192.0.2.1,key=flow</c>.</summary>
    public static bool TryParse(
        string type, string options, [NotNullWhen(true)] out TunnelSettings? settings, [NotNullWhen(false)] out string? error)
    {
        settings = null;
        error = type is "vxlan" or "geneve" or "nvgre" or "gre" ? null : $"'{type}' is not a tunnel type (vxlan, geneve, nvgre, gre)";
        var draft = new TunnelSettings(type);
        foreach (var part in options.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var equal = part.IndexOf('=');
            if (error is null && !TryApply(ref draft, equal < 0 ? part : part[..equal], equal < 0 ? "" : part[(equal + 1)..],
                out var problem))
                error = $"tunnel option '{part}': {problem}";
        }

        if (error is not null) return false;
        settings = draft;
        return true;
    }

    private static bool TryApply(ref TunnelSettings draft, string name, string value, out string problem)
    {
        problem = $"'{value}' is not a value of {name}";
        var isNumber = FieldText.TryParseNumber(value, out var number);
        switch (name)
        {
            case "remote_ip" when value == "flow": draft = draft with { IsRemoteFlow = true }; return true;
            case "remote_ip" when Ipv4Address.TryParse(value, out var v4): draft = draft with { RemoteIpv4 = v4 }; return true;
            case "remote_ip" when Ipv6Address.TryParse(value, out var v6): draft = draft with { RemoteIpv6 = v6 }; return true;
            case "local_ip" when value == "flow": draft = draft with { IsLocalFlow = true }; return true;
            case "local_ip" when Ipv4Address.TryParse(value, out var v4): draft = draft with { LocalIpv4 = v4 }; return true;
            case "local_ip" when Ipv6Address.TryParse(value, out var v6): draft = draft with { LocalIpv6 = v6 }; return true;
            case "remote_ip" or "local_ip": problem += " (an address, or flow)"; return false;
            case "key" when value == "flow": draft = draft with { IsKeyFlow = true }; return true;
            case "key" when isNumber && number <= ulong.MaxValue: draft = draft with { Key = (ulong)number }; return true;
            case "key": problem += " (a number, or flow)"; return false;
            case "dst_port" when isNumber && number <= 65535: draft = draft with { UdpPort = (ushort)number }; return true;
            case "ttl" when value == "inherit": draft = draft with { IsTtlInherited = true }; return true;
            case "ttl" when isNumber && number <= 255: draft = draft with { Ttl = (byte)number }; return true;
            case "tos" when value == "inherit": draft = draft with { IsTosInherited = true }; return true;
            case "tos" when isNumber && number <= 255: draft = draft with { Tos = (byte)number }; return true;
            case "df_default" when value is "true" or "false": draft = draft with { DontFragment = value == "true" }; return true;
            case "csum" when value is "true" or "false": draft = draft with { Checksum = value == "true" }; return true;
            case "dst_port" or "ttl" or "tos" or "df_default" or "csum": return false;
            default:
                problem = "unknown; options are remote_ip, local_ip, key, dst_port, ttl, tos, df_default, csum";
                return false;
        }
    }

    /// <summary>As <c>dpif/show</c> prints it.</summary>
    public override string ToString()
    {
        var key = IsKeyFlow ? "key=flow, " : Key is { } k ? $"key={k}, " : "";
        var remote = IsRemoteFlow ? "flow" : RemoteIpv4?.ToString() ?? RemoteIpv6?.ToString() ?? "";
        return $"{Type}: {key}remote_ip={remote}";
    }
}
