using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// What the database configures: bridges, ports, bonds, mirrors. Every change raises the version, so that the next sweep corrects the
/// flows.
/// </summary>
public sealed partial class OvsAgent
{
    public bool TryAddBridge(BridgeSettings settings, long nowMs, [NotNullWhen(false)] out string? error)
    {
        error = _bridges.ContainsKey(settings.Name) ? $"bridge {settings.Name} exists already"
            : settings.LocalPort is { } odp && _inputs.TryGetValue(odp, out var taken)
                ? $"datapath port {odp} belongs to port {taken.Name} already"
            : null;
        if (error is not null) return false;
        var bridge = new AgentBridge(settings, DatapathMeters, nowMs);
        bridge.Tables.RuleChanged += change => Fence.RuleChanged(bridge.Tables, change.Rule);
        _bridges.Add(settings.Name, bridge);
        foreach (var port in bridge.Ports) _inputs.Add(port.Settings.Odp, port);
        _version++;
        return true;
    }

    public bool RemoveBridge(string name)
    {
        if (!_bridges.TryGetValue(name, out var bridge)) return false;
        foreach (var port in bridge.Ports.ToArray()) Remove(port);
        bridge.Meters.Clear();
        _version += bridge.Tables.Version + bridge.Macs.Version + bridge.PortVersion + 1; // the sum in Version must not go back
        _bridges.Remove(name);
        return true;
    }

    public bool TryAddPort(string bridgeName, PortSettings settings, [NotNullWhen(false)] out string? error)
    {
        error = Check(bridgeName, settings);
        if (error is not null) return false;
        var bridge = _bridges[bridgeName];
        Add(new AgentPort(bridge, settings));
        return true;
    }

    public bool RemovePort(string bridgeName, string name)
    {
        if (FindBridge(bridgeName)?.FindPort(name) is not { } port) return false;
        Remove(port);
        return true;
    }

    /// <summary>
    /// Changes a bridge. Rules go when the change says who is in charge: another fail mode of a bridge without a controller, or a
    /// controller that comes or leaves.
    /// </summary>
    public bool TryUpdateBridge(BridgeSettings settings, long nowMs, [NotNullWhen(false)] out string? error)
    {
        error = FindBridge(settings.Name) is null ? $"there is no bridge {settings.Name}" : null;
        if (error is not null) return false;
        var bridge = _bridges[settings.Name];
        var local = AgentBridge.LocalPortOf(settings);
        var old = bridge.FindPort(OfpPort.Local);
        if (local is not null && _inputs.TryGetValue(local.Odp, out var taken) && taken != old)
        {
            error = $"datapath port {local.Odp} belongs to port {taken.Name} already";
            return false;
        }

        if (bridge.Settings == settings) return true;
        if (old is not null && (local is null || local.Odp != old.Settings.Odp))
        {
            Remove(old);
            old = null;
        }

        bridge.Configure(settings, nowMs);
        if (local is null) return true;
        if (old is null) Add(new AgentPort(bridge, local));
        else if (old.Settings.Vlan != local.Vlan) Change(old, local);
        else old.Settings = local;
        return true;
    }

    /// <summary>
    /// Changes the port of this name. What was learned on it is forgotten when the change touches VLANs or numbers, as in OVS.
    /// </summary>
    public bool TryUpdatePort(string bridgeName, PortSettings settings, [NotNullWhen(false)] out string? error)
    {
        error = FindBridge(bridgeName)?.FindPort(settings.Name) is null ? $"{bridgeName} has no port {settings.Name}" : null;
        if (error is not null) return false;
        var port = _bridges[bridgeName].FindPort(settings.Name)!;
        var old = port.Settings;
        if (old == settings) return true;
        if ((old.Ofp, old.Odp, old.Type, old.Tunnel) == (settings.Ofp, settings.Odp, settings.Type, settings.Tunnel))
        {
            Change(port, settings);
            return true;
        }

        // Another place in the indexes: as if taken out and put in, unless it does not fit there.
        var bond = port.Bundle.Bond;
        Forget(port);
        port.Bridge.Hide(port);
        error = Check(bridgeName, settings);
        if (error is null) port.Settings = settings;
        port.Bridge.Show(port);
        Note(port);
        if (bond is not null && error is null) port.Bridge.Rebundle(bond);
        return error is null;
    }

    /// <summary>
    /// Groups ports of a bridge into one of several interfaces, or changes such a group. Members it no longer has are ports of their own.
    /// </summary>
    public bool TrySetBond(string bridgeName, BondSettings settings, long nowMs, [NotNullWhen(false)] out string? error)
    {
        error = CheckBond(bridgeName, settings);
        if (error is not null) return false;
        var bridge = _bridges[bridgeName];
        var known = bridge.FindBond(settings.Name);
        if (known is not null && known.Settings.Equals(settings)) return true;
        var recircId = known?.OwnRecircId ?? Recirculations.AllocateId();
        bridge.SetBond(settings, [.. settings.Members.Select(m => bridge.FindPort(m)!)], recircId, nowMs);
        return true;
    }

    /// <summary>The members become ports of their own.</summary>
    public bool RemoveBond(string bridgeName, string name) => FindBridge(bridgeName)?.RemoveBond(name) == true;

    /// <summary>
    /// Replaces the mirrors of a bridge; one of the same name keeps its counters. Ports that do not exist (yet) select nothing.
    /// </summary>
    public bool TrySetMirrors(string bridgeName, IReadOnlyList<MirrorSettings> mirrors, [NotNullWhen(false)] out string? error)
    {
        error = FindBridge(bridgeName) is null ? $"there is no bridge {bridgeName}"
            : mirrors.Count > AgentMirror.MaxPerBridge ? $"maximum of {AgentMirror.MaxPerBridge} port mirrors reached"
            : mirrors.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"mirror {twice.Key} is given twice"
            : mirrors.FirstOrDefault(m => m.OutputPort is null && m.OutputVlan is null) is { } none
                ? $"mirror {none.Name} does not specify output"
            : null;
        if (error is not null) return false;
        var bridge = _bridges[bridgeName];
        if (!bridge.Mirrors.Select(m => m.Settings).SequenceEqual(mirrors)) bridge.SetMirrors(mirrors);
        return true;
    }

    /// <summary>The link of a port changed. A bond moves its frames at once unless it is told to wait.</summary>
    public bool SetPortUp(string bridgeName, string name, bool isUp, long nowMs)
    {
        if (FindBridge(bridgeName)?.FindPort(name) is not { } port) return false;
        if (port.IsUp == isUp) return true;
        port.IsUp = isUp;
        port.Bridge.PortChanged();
        port.Bundle.Bond?.Run(nowMs);
        return true;
    }

    private void Add(AgentPort port)
    {
        port.Bridge.Add(port);
        Note(port);
    }

    private static void Change(AgentPort port, PortSettings settings)
    {
        if (port.Settings.Vlan != settings.Vlan || port.Settings.IsProtected != settings.IsProtected)
            port.Bridge.Macs.RemovePort(port.Bundle.Number);
        port.Settings = settings;
        port.Bridge.PortChanged();
    }

    /// <summary>Packets that come in by its datapath port are its.</summary>
    private void Note(AgentPort port)
    {
        if (port.Settings.Type == AgentPortType.Tunnel) _tunnels.Add(port);
        else if (port.Settings.Type != AgentPortType.Patch) _inputs.Add(port.Settings.Odp, port);
    }

    private void Forget(AgentPort port)
    {
        if (port.Settings.Type == AgentPortType.Tunnel) _tunnels.Remove(port);
        else if (port.Settings.Type != AgentPortType.Patch) _inputs.Remove(port.Settings.Odp);
    }

    private string? CheckBond(string bridgeName, BondSettings settings)
    {
        if (FindBridge(bridgeName) is not { } bridge) return $"there is no bridge {bridgeName}";
        if (settings.Members.Count < 2) return $"bond {settings.Name} needs two interfaces or more";
        if (settings.Members.Distinct().Count() != settings.Members.Count) return $"bond {settings.Name} has an interface twice";
        foreach (var name in settings.Members)
        {
            if (bridge.FindPort(name) is not { } port) return $"bond {settings.Name}: {bridgeName} has no port {name}";
            if (port.Number == OfpPort.Local || port.Settings.Type == AgentPortType.Patch)
                return $"bond {settings.Name}: {name} cannot be in a bond";
            if (port.Bundle.Bond is { } other && other.Name != settings.Name) return $"port {name} is in bond {other.Name} already";
        }

        return bridge.FindBundle(settings.Name) is { Bond: null } ? $"port {settings.Name} exists already" : null;
    }

    private void Remove(AgentPort port)
    {
        EndBfd(port);
        Forget(port);
        if (port.Bundle.Members.Count == 1) ForgetElsewhere(port);
        port.Bridge.Remove(port);
    }

    /// <summary>
    /// Hosts behind a port that is gone are forgotten by every bridge: others know them by patch ports (OVS: <c>bundle_flush_macs</c>).
    /// </summary>
    private void ForgetElsewhere(AgentPort port)
    {
        foreach (var entry in port.Bridge.Macs.Entries.Where(e => e.Port == port.Number))
            foreach (var bridge in _bridges.Values)
                if (bridge != port.Bridge) bridge.Macs.Delete(entry.Vlan, entry.Mac);
    }

    private string? Check(string bridgeName, PortSettings settings)
    {
        if (FindBridge(bridgeName) is not { } bridge) return $"there is no bridge {bridgeName}";
        if (_bridges.Values.Any(b => b.FindPort(settings.Name) is not null)) return $"port {settings.Name} exists already";
        if (settings.Ofp.Value is 0 or >= 0xff00) return $"OpenFlow port {settings.Ofp.Value} is out of range (1 to 65279)";
        if (bridge.FindPort(settings.Ofp) is { } same) return $"OpenFlow port {settings.Ofp} of {bridgeName} is {same.Name} already";
        switch (settings.Type)
        {
            case AgentPortType.Patch:
                return settings.Peer is null ? $"patch port {settings.Name} needs a peer" : null;
            case AgentPortType.Tunnel when settings.Tunnel is null:
                return $"tunnel port {settings.Name} needs tunnel settings";
            case AgentPortType.Tunnel:
                return _tunnels.FindEqual(settings) is { } equal
                    ? $"tunnel port {settings.Name} has the same configuration as {equal.Name}" : null;
            default:
                return _inputs.TryGetValue(settings.Odp, out var taken)
                    ? $"datapath port {settings.Odp} belongs to port {taken.Name} already" : null;
        }
    }
}
