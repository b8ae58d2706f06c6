using System.Globalization;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>Settings of bridges, ports, bonds and mirrors, and those of the whole switch.</summary>
public sealed partial class SwitchReconciler
{
    private void Configure(BridgeConfiguration bridge, long nowMs)
    {
        if (!_bridges.TryGetValue(bridge.Name, out var state))
        {
            _bridges.Add(bridge.Name, new BridgeState(bridge));
            Invariant.Check(_agent.TryAddBridge(SettingsOf(bridge), nowMs, out _), "only the reconciler makes bridges");
            return;
        }

        state.Configuration = bridge;
        Invariant.Check(_agent.TryUpdateBridge(SettingsOf(bridge), nowMs, out _), "a bridge's own port has a number of its own");
    }

    private BridgeSettings SettingsOf(BridgeConfiguration bridge)
    {
        var config = bridge.OtherConfig;
        var local = _interfaces.GetValueOrDefault(bridge.Name) is { IsWorking: true } state && state.Bridge == bridge.Name ? state : null;
        return new BridgeSettings(bridge.Name, BridgeMac(bridge), local?.Odp, bridge.FailMode)
        {
            // As OVS: less than 15 s is 15 s, less than 10 entries are 10 (mac_learning_set_idle_time, mac_learning_set_max_entries).
            MacAgeingMs = Math.Clamp(Number(config, "mac-aging-time", MacTable.DefaultAgeingMs / 1_000), 15, 3_600) * 1_000,
            MaxMacEntries = (int)Math.Clamp(Number(config, "mac-table-size", MacTable.DefaultMaxEntries), 10, 1_000_000),
            ForwardsBpdu = config.GetValueOrDefault("forward-bpdu") == "true",
            FloodVlans = bridge.FloodVlans.Count == 0 ? null : VlanSet.Of([.. bridge.FloodVlans]),
            HasController = bridge.Controllers.Any(c => c.IsPrimary),
            DatapathId = TryParseId(config.GetValueOrDefault("datapath-id") ?? "", out var id) ? id : null,
            Description = config.GetValueOrDefault("dp-desc"),
            SerialNumber = config.GetValueOrDefault("dp-sn"),
            LocalVlan = bridge.Ports.FirstOrDefault(port => port.Name == bridge.Name) is { } port ? VlanOf(port) : VlanSettings.Default,
        };
    }

    private static PortSettings SettingsOf(Wish wish, OfpPort number, InterfaceState state) =>
        new(wish.Name, number, state.Odp, state.IsPatch ? AgentPortType.Patch : state.IsTunnel ? AgentPortType.Tunnel
            : wish.Type is "internal" or "tap" ? AgentPortType.Internal : AgentPortType.System)
        {
            Tunnel = state.Tunnel,
            Peer = state.IsPatch ? wish.Configuration.Options["peer"] : null,
            Mac = state.Mac,
            Vlan = VlanOf(wish.Port),
            IsProtected = wish.Port.IsProtected,
            Qos = wish.Port.Qos,
        };

    private static VlanSettings VlanOf(PortConfiguration port)
    {
        var config = port.OtherConfig;
        return new VlanSettings
        {
            Mode = port.VlanMode is { } text && VlanSettings.TryParseMode(text, out var mode) ? mode : null,
            Tag = port.Tag,
            Trunks = port.Trunks.Count == 0 ? null : VlanSet.Of([.. port.Trunks]),
            Cvlans = port.CustomerVlans.Count == 0 ? null : VlanSet.Of([.. port.CustomerVlans]),
            QinqEthType = config.GetValueOrDefault("qinq-ethtype") switch
            {
                "802.1q" => EtherType.Vlan,
                _ => EtherType.ServiceVlan,
            },
            PriorityTags = config.GetValueOrDefault("priority-tags") switch
            {
                "if-nonzero" or "true" => PriorityTags.IfNonzero,
                "always" => PriorityTags.Always,
                _ => PriorityTags.Never,
            },
        };
    }

    /// <summary>Bonds and mirrors name ports, so they come when all ports are there.</summary>
    private void ConfigureGroups(IEnumerable<BridgeConfiguration> bridges, long nowMs)
    {
        foreach (var configuration in bridges)
        {
            var bridge = _agent.FindBridge(configuration.Name)!;
            var bonds = configuration.Ports.Select(BondOf).OfType<BondSettings>().ToDictionary(bond => bond.Name);
            foreach (var bond in bridge.Bonds.ToArray())
                if (!bonds.ContainsKey(bond.Name)) _agent.RemoveBond(configuration.Name, bond.Name);
            foreach (var bond in bonds.Values) _agent.TrySetBond(configuration.Name, bond, nowMs, out _);
            // A mirror without an output is none (OVS mirror_configure), and of two with one name the first counts.
            var mirrors = configuration.Mirrors.Where(m => m.OutputPort is not null || m.OutputVlan is not null).DistinctBy(m => m.Name)
                .Take(AgentMirror.MaxPerBridge).ToList();
            _agent.TrySetMirrors(configuration.Name, mirrors, out _);
        }
    }

    /// <summary>Null for a port of one interface, and for what is left of a bond when only one of its interfaces works.</summary>
    private BondSettings? BondOf(PortConfiguration port)
    {
        var members = port.Interfaces.Select(i => _interfaces.GetValueOrDefault(i.Name))
            .Where(i => i is { IsWorking: true, IsPatch: false } && i.Port == port.Name && i.Number != OfpPort.Local)
            .Select(i => i!.Name).ToList();
        if (members.Count < 2) return null;
        var config = port.OtherConfig;
        var interval = Number(config, "bond-rebalance-interval", BondSettings.DefaultRebalanceIntervalMs);
        return new BondSettings(port.Name, members)
        {
            Vlan = VlanOf(port),
            IsProtected = port.IsProtected,
            Mode = BondSettings.TryParseMode(port.BondMode ?? "", out var mode) ? mode : BondMode.ActiveBackup,
            HashBasis = (uint)Math.Max(0, Number(config, "bond-hash-basis", 0)),
            UpDelayMs = port.BondUpDelayMs,
            DownDelayMs = port.BondDownDelayMs,
            RebalanceIntervalMs = interval == 0 ? 0 : (int)Math.Clamp(interval, 1_000, int.MaxValue),
            Primary = config.GetValueOrDefault("bond-primary"),
            LastActiveMac = MacAddress.TryParse(port.LastActive ?? "", out var mac) ? mac : null,
            AllMembersActive = config.GetValueOrDefault("all-members-active") == "true",
            Lacp = port.Lacp switch { "active" => LacpMode.Active, "passive" => LacpMode.Passive, _ => LacpMode.Off },
            HasLacpFallback = config.GetValueOrDefault("lacp-fallback-ab") == "true",
            HasFastLacp = config.GetValueOrDefault("lacp-time") == "fast",
        };
    }

    private void ConfigureSweeps(IReadOnlyDictionary<string, string> config) => _agent.Revalidator.Configure(_defaults with
    {
        FlowLimit = Unsigned(config, "flow-limit", _defaults.FlowLimit),
        MaxIdleMs = Unsigned(config, "max-idle", _defaults.MaxIdleMs),
        // Too small a number leaves what was there (OVS ofproto_set_max_revalidator).
        MaxRevalidatorMs = Unsigned(config, "max-revalidator", _defaults.MaxRevalidatorMs) is >= 100 and var waitMs
            ? waitMs : _agent.Revalidator.Options.MaxRevalidatorMs,
        MinRevalidatePps = Unsigned(config, "min-revalidate-pps", _defaults.MinRevalidatePps),
        OffloadedStatsDelayMs = Unsigned(config, "offloaded-stats-delay", _defaults.OffloadedStatsDelayMs),
    });

    /// <summary>As <c>smap_get_uint</c>: what is not within 32 bits is the default.</summary>
    private static int Unsigned(IReadOnlyDictionary<string, string> config, string key, int otherwise) =>
        Number(config, key, otherwise) is >= 0 and <= uint.MaxValue and var value ? (int)Math.Min(value, int.MaxValue) : otherwise;

    /// <summary>Unless it is said, 1; 0 is as many as there can be (OVS <c>ofproto_set_vlan_limit</c>).</summary>
    private static int VlanLimitOf(IReadOnlyDictionary<string, string> config) => Number(config, "vlan-limit", 1) == 1 ? 1 : 2;

    /// <summary>Sixteen hexadecimal digits, or some behind 0x (OVS <c>dpid_from_string</c>).</summary>
    private static bool TryParseId(string text, out ulong id)
    {
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text.Length == 16 ? text : "";
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id) && digits.Length <= 16
            && id != 0;
    }

    /// <summary>As <c>smap_get_int</c>: what is no number is the default.</summary>
    private static long Number(IReadOnlyDictionary<string, string> config, string key, long otherwise) =>
        long.TryParse(config.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value : otherwise;
}
