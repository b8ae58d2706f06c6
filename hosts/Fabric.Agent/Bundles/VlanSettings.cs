using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// The VLAN columns of a port, as the database has them; what OVS derives from them (the mode when none is given, the native VLAN always
/// carried) is derived here too (OVS: <c>port_configure</c>, <c>bundle_set</c>).
/// </summary>
public sealed record VlanSettings
{
    public static VlanSettings Default { get; } = new();

    /// <summary>Null: access when there is a tag, else trunk.</summary>
    public VlanMode? Mode { get; init; }

    /// <summary>Access, native or provider VLAN, 0 to 4095.</summary>
    public ushort? Tag { get; init; }

    /// <summary>VLANs that a trunk carries; null is all.</summary>
    public VlanSet? Trunks { get; init; }

    /// <summary>Customers' VLANs that a dot1q-tunnel port takes; null is all.</summary>
    public VlanSet? Cvlans { get; init; }

    public PriorityTags PriorityTags { get; init; }

    /// <summary>Ethernet type of the provider's tag.</summary>
    public ushort QinqEthType { get; init; } = EtherType.ServiceVlan;

    public VlanMode EffectiveMode => Mode ?? (Tag is null ? VlanMode.Trunk : VlanMode.Access);

    /// <summary>The port's own VLAN; null for a trunk.</summary>
    public ushort? EffectiveTag => EffectiveMode == VlanMode.Trunk ? null : Tag ?? 0;

    /// <summary>What <c>Port.vlan_mode</c> may say.</summary>
    public static bool TryParseMode(string text, out VlanMode mode)
    {
        VlanMode? found = text switch
        {
            "access" => VlanMode.Access,
            "trunk" => VlanMode.Trunk,
            "native-tagged" => VlanMode.NativeTagged,
            "native-untagged" => VlanMode.NativeUntagged,
            "dot1q-tunnel" => VlanMode.Dot1qTunnel,
            _ => null,
        };
        mode = found ?? VlanMode.Trunk;
        return found is not null;
    }

    /// <summary>
    /// Does a trunk or native port carry this VLAN? A native port always carries its own, and then not VLAN 0, which is the same.
    /// </summary>
    internal bool Trunked(ushort vlan)
    {
        if (EffectiveMode is VlanMode.NativeTagged or VlanMode.NativeUntagged && EffectiveTag is { } native and not 0)
        {
            if (vlan == native) return true;
            if (vlan == 0) return false;
        }

        return Trunks is null || Trunks.Contains(vlan);
    }

    internal bool AllowsCvlan(ushort vlan) => Cvlans is null || Cvlans.Contains(vlan);
}
