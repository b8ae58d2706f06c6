using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>Sets interfaces up (OVS <c>iface_do_create</c>) and changes them in place.</summary>
public sealed partial class SwitchReconciler
{
    private static readonly string[] ReservedPrefixes =
    [
        "vxlan_sys", "genev_sys", "gre_sys", "erspan_sys", "ip6erspan_sys", "ip6gre_sys", "lisp_sys", "stt_sys", "gtpu_sys", "bareudp_sys",
    ];

    private static bool IsReserved(string name) =>
        name is "ovs-system" or "ovs-netdev" or "ovs-dummy"
        || ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private void Add(Wish wish, IVports vports, long nowMs)
    {
        var state = new InterfaceState(wish.Bridge.Name, wish.Port.Name, wish.Configuration, wish.Type);
        _interfaces[wish.Name] = state;
        if (IsReserved(wish.Name) || !TryOpen(wish, state) || !TryConfigure(state)) return;
        var numbers = _bridges[wish.Bridge.Name].Numbers;
        var number = wish.IsLocal ? OfpPort.Local : numbers.Take(wish.Configuration.Request ?? wish.Configuration.Earlier, nowMs);
        if (number == OfpPort.None)
        {
            state.Error = $"could not add network device {wish.Name} to ofproto (Too many open files)";
            return;
        }

        AddVport(wish, state, vports);
        if (wish.IsLocal)
        {
            state.Number = number;
            Configure(wish.Bridge, nowMs);
            return;
        }

        if (_agent.TryAddPort(wish.Bridge.Name, SettingsOf(wish, number, state), out _))
        {
            state.Number = number;
            return;
        }

        // All other refusals are ruled out above: what is left is a tunnel configured just like another, or a device of another bridge.
        state.Error = $"could not add network device {wish.Name} to ofproto (File exists)";
        RemoveVport(state, vports);
        numbers.Release(number, nowMs);
    }

    private bool TryOpen(Wish wish, InterfaceState state)
    {
        state.Mac = _devices.MakeMac(wish.Name);
        if (state.IsPatch || state.IsTunnel) return true;
        if (!_devices.TryOpen(wish.Name, wish.Type, out var device, out var error))
        {
            state.Error = $"could not open network device {wish.Name} ({error})";
            return false;
        }

        state.Device = device;
        state.Mac = MacOf(wish, device);
        state.Mtu = wish.Configuration.MtuRequest ?? device.Mtu;
        return true;
    }

    private bool TryConfigure(InterfaceState state)
    {
        if (state.IsPatch) return TryConfigurePatch(state);
        if (!state.IsTunnel) return true;
        if (!TunnelOptions.TryRead(state.Configuration, out var tunnel, out var error))
        {
            state.Error = error;
            return false;
        }

        if (state.Type == "vxlan"
            && _vports.HasOtherGroupPolicy(TunnelOptions.VportName(tunnel), TunnelOptions.HasGroupPolicy(state.Configuration)))
        {
            state.Error = $"{state.Name}: VXLAN-GBP, and non-VXLAN-GBP tunnels can't be configured on the same dst_port";
            return false;
        }

        state.Tunnel = tunnel;
        return true;
    }

    private static bool TryConfigurePatch(InterfaceState state)
    {
        var options = state.Configuration.Options;
        var peer = options.GetValueOrDefault("peer");
        state.Error = peer is null or "" ? $"{state.Name}: patch type requires valid 'peer' argument"
            : options.Count > 1 ? $"{state.Name}: patch type takes only a 'peer' argument"
            : peer == state.Name ? $"{state.Name}: patch peer must not be self"
            : null;
        return state.Error is null;
    }

    private void AddVport(Wish wish, InterfaceState state, IVports vports)
    {
        if (state.Tunnel is { } tunnel)
        {
            var isOpen = !wish.Configuration.ExternalIds.ContainsKey(FabricIds.Peers);
            state.Odp = _vports.AddTunnel(wish.Name, tunnel, TunnelOptions.HasGroupPolicy(wish.Configuration), isOpen, vports);
        }
        else if (state.Device is { } device)
        {
            var vport = _vports.Add(device with { Mac = state.Mac }, LimitsOf(wish), vports);
            (state.Odp, state.IsAdminUp) = (vport.Number, vport.IsAdminUp);
        }
    }

    private static PortLimits LimitsOf(Wish wish) => new(wish.Port.Qos, wish.Configuration.Policing);

    private void RemoveVport(InterfaceState state, IVports vports)
    {
        if (state.Tunnel is { } tunnel) _vports.RemoveTunnel(state.Name, tunnel, vports);
        else if (state.Device is { } device) _vports.Remove(device.Name, vports);
        (state.Odp, state.Tunnel, state.Device) = (OdpPort.None, null, null);
    }

    /// <summary>Changes a working interface where it stands; one whose new options are bad fails.</summary>
    private void Update(Wish wish, IVports vports, long nowMs)
    {
        var state = _interfaces[wish.Name];
        if (!state.IsWorking) return;
        (state.Port, var before, state.Configuration) = (wish.Port.Name, state.Configuration, wish.Configuration);
        if (state.Device is { } device)
        {
            state.Mtu = wish.Configuration.MtuRequest ?? device.Mtu;
            state.Mac = MacOf(wish, device);
            _vports.Change(device with { Mac = state.Mac }, LimitsOf(wish), vports);
        }

        if ((!HasSameOptions(before, wish.Configuration) && !TryChangeOptions(wish, state, vports, nowMs)) || wish.IsLocal) return;
        var settings = SettingsOf(wish, state.Number, state);
        if (_agent.FindBridge(state.Bridge)?.FindPort(state.Name) is { } port && port.Settings.Equals(settings)) return;
        if (!_agent.TryUpdatePort(state.Bridge, settings, out _))
            Fail(state, $"could not add network device {wish.Name} to ofproto (File exists)", vports, nowMs);
    }

    private bool TryChangeOptions(Wish wish, InterfaceState state, IVports vports, long nowMs)
    {
        if (!state.IsPatch && !state.IsTunnel) return true;
        var before = state.Tunnel;
        state.Tunnel = null;
        if (!TryConfigure(state))
        {
            if (before is not null) _vports.RemoveTunnel(state.Name, before, vports);
            Fail(state, state.Error!, vports, nowMs);
            return false;
        }

        // The new before the old, so that a shared datapath port stays.
        AddVport(wish, state, vports);
        if (before is not null) _vports.RemoveTunnel(state.Name, before, vports);
        return true;
    }

    private void Fail(InterfaceState state, string error, IVports vports, long nowMs)
    {
        _agent.RemovePort(state.Bridge, state.Name);
        RemoveVport(state, vports);
        _bridges[state.Bridge].Numbers.Release(state.Number, nowMs);
        (state.Number, state.Error) = (OfpPort.None, error);
    }

    private static bool HasSameOptions(InterfaceConfiguration one, InterfaceConfiguration other) =>
        one.Options.Count == other.Options.Count
        && one.Options.All(option => other.Options.TryGetValue(option.Key, out var value) && value == option.Value)
        && one.ExternalIds.ContainsKey(FabricIds.Peers) == other.ExternalIds.ContainsKey(FabricIds.Peers);

    /// <summary>Only the host's own interfaces can be given an address (OVS <c>iface_set_mac</c>).</summary>
    private MacAddress MacOf(Wish wish, Device device)
    {
        if (wish.IsLocal) return BridgeMac(wish.Bridge);
        return wish.Type == "internal" && MacAddress.TryParse(wish.Configuration.Mac ?? "", out var asked)
            && !asked.IsMulticast && !asked.IsZero ? asked : device.Mac;
    }

    /// <summary>The address asked for, or the lowest global one that a port is given (OVS <c>find_local_hw_addr</c>).</summary>
    private MacAddress BridgeMac(BridgeConfiguration bridge)
    {
        if (MacAddress.TryParse(bridge.OtherConfig.GetValueOrDefault("hwaddr") ?? "", out var asked) && !asked.IsMulticast && !asked.IsZero)
            return asked;
        var lowest = bridge.Ports.SelectMany(port => port.Interfaces).Where(i => i.Name != bridge.Name)
            .Select(i => MacAddress.TryParse(i.Mac ?? "", out var mac) ? mac.Value : 0)
            .Where(mac => mac != 0 && (mac & 0x0300_0000_0000) == 0).DefaultIfEmpty().Min();
        return lowest == 0 ? _devices.MakeMac(bridge.Name) : new MacAddress(lowest);
    }
}
