using Fabric.Flow;

namespace Fabric.Agent.Configuration;

/// <summary>
/// Makes a switch be what its configuration says (OVS <c>bridge_reconfigure</c> in vswitchd/bridge.c). It compares, by name, what is
/// wanted with what it made before, and does only the difference, in an order in which no step stands in another's way: bridges and ports
/// that go,
/// then bridges that come, then ports that ask for a number, then the other ports, then settings of what stayed.
/// <para>Why it keeps its own record of interfaces instead of asking the switch: an interface that could not be set up is not in the
/// switch,
/// yet its error and the attempt to set it up again belong to the configuration.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>C1: applying a configuration twice does nothing the second time, except to try failed interfaces again.</item>
/// <item>C2: a change of one port removes and adds no other port, and keeps every other port's numbers.</item>
/// <item>C3: after any sequence of configurations the switch is as if only the last had been applied to an empty one, but for numbers given
/// without a request, which stay with their interfaces.</item>
/// <item>C4: an interface that cannot be set up has no number and says why in OVS's words; the others of the configuration work.</item>
/// </list>
/// <para>Not modelled: spanning trees, multicast snooping, NetFlow, sFlow, IPFIX, in-band control; their rows are stored and have no
/// effect.</para>
/// </summary>
public sealed partial class SwitchReconciler
{
    private readonly OvsAgent _agent;
    private readonly IDevices _devices;
    private readonly RevalidatorOptions _defaults;
    private readonly VportTable _vports;
    private readonly Dictionary<string, InterfaceState> _interfaces = [];
    private readonly Dictionary<string, BridgeState> _bridges = [];
    private bool _devicesChanged;

    public SwitchReconciler(OvsAgent agent, IDevices devices)
    {
        (_agent, _devices, _defaults) = (agent, devices, agent.Revalidator.Options);
        _vports = new VportTable(devices);
    }

    /// <summary>All configured interfaces, also those that could not be set up.</summary>
    public IReadOnlyDictionary<string, InterfaceState> Interfaces => _interfaces;

    /// <summary>Before the next configuration is applied, working interfaces whose devices went or are others are taken down.</summary>
    public void DevicesChanged() => _devicesChanged = true;

    private sealed class BridgeState(BridgeConfiguration configuration)
    {
        public BridgeConfiguration Configuration { get; set; } = configuration;

        public OfportAllocator Numbers { get; } = new();
    }

    /// <summary>Ports that the datapath had before; to be told before the first configuration.</summary>
    public void Remember(IEnumerable<(string Name, OdpPort Number, bool IsAdminUp)> ports) => _vports.Remember(ports);

    /// <summary>
    /// Sets a device up or down. Null where there is none to set: ports of patches and tunnels are always up (OVS:
    /// <c>netdev_vport_update_flags</c>).
    /// </summary>
    public InterfaceState? SetUp(string name, bool isUp, IVports vports)
    {
        if (_interfaces.GetValueOrDefault(name) is not { IsWorking: true, Device: { } device } state) return null;
        state.IsAdminUp = isUp;
        _vports.SetUp(device.Name, isUp, vports);
        return state;
    }

    /// <summary>The datapath starts anew, without ports.</summary>
    public void TellAll(IVports vports) => _vports.TellAll(vports);

    public void Apply(SwitchConfiguration wanted, IVports vports, long nowMs)
    {
        var bridges = new Dictionary<string, BridgeConfiguration>();
        foreach (var bridge in wanted.Bridges.OrderBy(b => b.Name, StringComparer.Ordinal)) bridges.TryAdd(bridge.Name, bridge);
        var interfaces = Wanted(bridges.Values);
        foreach (var state in _interfaces.Values.ToArray())
            if (!Stays(state, interfaces)) Remove(state, vports, nowMs);
        if (_devicesChanged) RemoveLost(vports, nowMs);
        foreach (var name in _bridges.Keys.Except(bridges.Keys).ToArray())
        {
            _agent.RemoveBridge(name);
            _bridges.Remove(name);
        }

        foreach (var bridge in bridges.Values) Configure(bridge, nowMs);
        MoveNumbers(interfaces, vports, nowMs);
        // Whoever asks for a number comes before those who take what is free (OVS bridge_add_ports).
        foreach (var wish in interfaces.Values.OrderBy(w => w.Configuration.Request is null).ThenBy(w => w.Name, StringComparer.Ordinal))
            if (!_interfaces.TryGetValue(wish.Name, out var state) || !state.IsWorking) Add(wish, vports, nowMs);
        foreach (var wish in interfaces.Values) Update(wish, vports, nowMs);
        FindPeers();
        foreach (var bridge in bridges.Keys) FindMtus(bridge);
        foreach (var bridge in bridges.Values) FlowTableSettings.Configure(_agent.FindBridge(bridge.Name)!, bridge.FlowTables);
        ConfigureGroups(bridges.Values, nowMs);
        foreach (var state in _interfaces.Values.Where(s => s.IsWorking))
            _agent.SetBfd(state.Bridge, state.Name, state.Configuration.Bfd, nowMs);
        _vports.ForgetEarlier();
        ConfigureSweeps(wanted.OtherConfig);
        _agent.VlanLimit = VlanLimitOf(wanted.OtherConfig);
    }

    private sealed record Wish(BridgeConfiguration Bridge, PortConfiguration Port, InterfaceConfiguration Configuration)
    {
        public string Name => Configuration.Name;

        public bool IsLocal => Name == Bridge.Name;

        public string Type => IsLocal ? "internal" : Configuration.Type.Length == 0 ? "system" : Configuration.Type;
    }

    /// <summary>By name; a name that two ports claim is the first's (OVS refuses the second, which stays without effect).</summary>
    private static Dictionary<string, Wish> Wanted(IEnumerable<BridgeConfiguration> bridges)
    {
        var wishes = new Dictionary<string, Wish>();
        foreach (var bridge in bridges)
            foreach (var port in bridge.Ports.OrderBy(p => p.Name, StringComparer.Ordinal))
                foreach (var configuration in port.Interfaces)
                    wishes.TryAdd(configuration.Name, new Wish(bridge, port, configuration));
        return wishes;
    }

    /// <summary>Somebody took the interface from the datapath; the next configuration adds it anew. False when it was not there.</summary>
    public bool Lose(string name, IVports vports, long nowMs)
    {
        if (!_interfaces.TryGetValue(name, out var state) || !state.IsWorking) return false;
        Remove(state, vports, nowMs);
        return true;
    }

    private static bool Stays(InterfaceState state, Dictionary<string, Wish> wanted) =>
        wanted.TryGetValue(state.Name, out var wish) && wish.Bridge.Name == state.Bridge && wish.Type == state.Type;

    private void RemoveLost(IVports vports, long nowMs)
    {
        _devicesChanged = false;
        foreach (var state in _interfaces.Values.Where(state => state is { IsWorking: true, Device: not null }).ToArray())
            if (!_devices.TryOpen(state.Name, state.Type, out var device, out _) || device.Kind != state.Device!.Kind
                || device.Ifindex != state.Device.Ifindex)
                Remove(state, vports, nowMs);
    }

    private void Remove(InterfaceState state, IVports vports, long nowMs)
    {
        _interfaces.Remove(state.Name);
        if (!state.IsWorking) return;
        TakeOut(state, nowMs);
        if (state.Tunnel is { } tunnel) _vports.RemoveTunnel(state.Name, tunnel, vports);
        else if (state.Device is { } device) _vports.Remove(device.Name, vports);
        if (_bridges.TryGetValue(state.Bridge, out var bridge)) bridge.Numbers.Release(state.Number, nowMs);
    }

    /// <summary>A bridge's own port is part of the bridge's settings, the others are ports.</summary>
    private void TakeOut(InterfaceState state, long nowMs)
    {
        if (state.Number != OfpPort.Local) _agent.RemovePort(state.Bridge, state.Name);
        else if (_bridges.TryGetValue(state.Bridge, out var bridge)) Configure(bridge.Configuration, nowMs);
    }

    /// <summary>
    /// A working interface whose requested number changed gives its own up, and so does whoever holds the number without having asked for
    /// it; both are added anew (OVS <c>bridge_delete_or_reconfigure_ports</c>).
    /// </summary>
    private void MoveNumbers(Dictionary<string, Wish> wanted, IVports vports, long nowMs)
    {
        foreach (var wish in wanted.Values)
        {
            if (wish.IsLocal || wish.Configuration.Request is not { } request || !_interfaces.TryGetValue(wish.Name, out var state)
                || !state.IsWorking || state.Number.Value == request) continue;
            var holder = _agent.FindBridge(state.Bridge)?.FindPort(new OfpPort(request));
            if (holder is not null)
            {
                if (wanted.TryGetValue(holder.Name, out var other) && other.Configuration.Request == request) continue;
                if (_interfaces.TryGetValue(holder.Name, out var victim)) Remove(victim, vports, nowMs);
            }

            Remove(state, vports, nowMs);
        }
    }

    /// <summary>
    /// The host's own interfaces take the smallest MTU of the bridge's other ports, unless they are given one (OVS <c>find_min_mtu</c>).
    /// </summary>
    private void FindMtus(string bridge)
    {
        var states = _interfaces.Values.Where(s => s.Bridge == bridge && s is { IsWorking: true, Device: not null }).ToList();
        var smallest = states.Where(s => !TakesMtu(s)).Min(s => s.Mtu);
        foreach (var state in states.Where(TakesMtu)) state.Mtu = smallest ?? state.Device!.Mtu;

        static bool TakesMtu(InterfaceState state) => state.Type == "internal" && state.Configuration.MtuRequest is null;
    }

    private void FindPeers()
    {
        foreach (var state in _interfaces.Values.Where(s => s.IsPatch && s.IsWorking))
        {
            var peer = state.Configuration.Options["peer"];
            var isUsable = _interfaces.TryGetValue(peer, out var other) && other.IsPatch && other.IsWorking
                && other.Configuration.Options["peer"] == state.Name;
            state.Error = isUsable ? null : $"No usable peer '{peer}' exists in 'system' datapath.";
        }
    }
}
