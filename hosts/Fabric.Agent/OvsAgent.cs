using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// The agent of one server (ovs-vswitchd): bridges with their ports and rules, the translation of packets that the datapath did not know,
/// and
/// the upkeep of the flows made from them. It decides; the datapath forwards. The parts are apart on purpose: <see cref="Classifier"/>
/// finds
/// rules, <see cref="Translation"/> turns a packet into actions and a mask, <see cref="Revalidator"/> keeps earlier answers true, and this
/// class is their one door.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>A1: an upcall is answered by one execution of its packet (a drop is one too), and by at most one flow put.</item>
/// <item>A2: packets are counted once: by the upcall that carried them, or by the statistics of the flow that forwarded them.</item>
/// <item>A3: after <see cref="Revalidator.EndSweep"/> no flow says what rules said before the sweep began.</item>
/// </list>
/// <para>Not modelled here: OVSDB and OpenFlow connections, groups, meters, conntrack.</para>
/// </summary>
public sealed partial class OvsAgent : ITranslationWorld
{
    private readonly Dictionary<string, AgentBridge> _bridges = [];
    private readonly Dictionary<OdpPort, AgentPort> _inputs = [];
    private readonly TunnelInputs _tunnels = new();
    private long _version;

    public OvsAgent(RevalidatorOptions? options = null)
    {
        Revalidator = new Revalidator(options ?? new RevalidatorOptions(), Retranslate, () => Version);
    }

    public Revalidator Revalidator { get; }

    /// <summary>Off: new flows match every field of their packet (OVS: <c>upcall/disable-megaflows</c>).</summary>
    public bool HasMegaflows { get; set; } = true;

    public IEnumerable<AgentBridge> Bridges => _bridges.Values.OrderBy(b => b.Name, StringComparer.Ordinal);

    /// <summary>Grows with every change that may alter a translation.</summary>
    public long Version => _version + _bridges.Values.Sum(b => b.Tables.Version + b.Macs.Version + b.PortVersion);

    public AgentBridge? FindBridge(string name) => _bridges.GetValueOrDefault(name);

    public bool TryAddBridge(BridgeSettings settings, long nowMs, [NotNullWhen(false)] out string? error)
    {
        error = _bridges.ContainsKey(settings.Name) ? $"bridge {settings.Name} exists already"
            : settings.LocalPort is { } odp && _inputs.TryGetValue(odp, out var taken)
                ? $"datapath port {odp} belongs to port {taken.Name} already"
            : null;
        if (error is not null) return false;
        var bridge = new AgentBridge(settings, nowMs);
        _bridges.Add(settings.Name, bridge);
        foreach (var port in bridge.Ports) _inputs.Add(port.Settings.Odp, port);
        _version++;
        return true;
    }

    public bool RemoveBridge(string name)
    {
        if (!_bridges.TryGetValue(name, out var bridge)) return false;
        foreach (var port in bridge.Ports.ToArray()) Remove(port);
        _version += bridge.Tables.Version + bridge.Macs.Version + bridge.PortVersion + 1; // the sum in Version must not go back
        _bridges.Remove(name);
        return true;
    }

    public bool TryAddPort(string bridgeName, PortSettings settings, [NotNullWhen(false)] out string? error)
    {
        error = Check(bridgeName, settings);
        if (error is not null) return false;
        var bridge = _bridges[bridgeName];
        var port = new AgentPort(bridge, settings);
        bridge.Add(port);
        if (settings.Type == AgentPortType.Tunnel) _tunnels.Add(port);
        else if (settings.Type != AgentPortType.Patch) _inputs.Add(settings.Odp, port);
        return true;
    }

    public bool RemovePort(string bridgeName, string name)
    {
        if (FindBridge(bridgeName)?.FindPort(name) is not { } port) return false;
        Remove(port);
        return true;
    }

    public bool SetPortUp(string bridgeName, string name, bool isUp)
    {
        if (FindBridge(bridgeName)?.FindPort(name) is not { } port) return false;
        if (port.IsUp == isUp) return true;
        port.IsUp = isUp;
        port.Bridge.PortChanged();
        return true;
    }

    /// <summary>Adds, changes or removes rules of a bridge.</summary>
    public bool TryApply(string bridgeName, FlowMod mod, long nowMs, out string? error, List<OpenFlowRule>? removed = null)
    {
        if (FindBridge(bridgeName) is { } bridge) return bridge.Tables.TryApply(mod, nowMs, removed, out error);
        error = $"there is no bridge {bridgeName}; bridges are {string.Join(", ", Bridges.Select(b => b.Name))}";
        return false;
    }

    /// <summary>Adds a rule written as for <c>ovs-ofctl add-flow</c>.</summary>
    public bool TryAddRule(string bridgeName, string text, long nowMs, out string? error)
    {
        var ports = (IOpenFlowPorts?)FindBridge(bridgeName) ?? NoOpenFlowPorts.Instance;
        return RuleText.TryParse(text, ports, out var mod, out error) && TryApply(bridgeName, mod, nowMs, out error);
    }

    /// <summary>Removes rules, described as for <c>ovs-ofctl del-flows</c>.</summary>
    public bool TryDeleteRules(string bridgeName, string text, bool strict, long nowMs, out string? error)
    {
        var ports = (IOpenFlowPorts?)FindBridge(bridgeName) ?? NoOpenFlowPorts.Instance;
        return RuleText.TryParseDelete(text, ports, strict, out var mod, out error) && TryApply(bridgeName, mod, nowMs, out error);
    }

    /// <summary>The rules of a bridge as <c>ovs-ofctl dump-flows</c> prints them, one a line.</summary>
    public IEnumerable<string> DumpRules(string bridgeName, long nowMs) =>
        FindBridge(bridgeName)?.Tables.Rules.Select(r => r.Format(nowMs)) ?? [];

    /// <summary>Lets rules and addresses age. Returns the rules that left.</summary>
    public IReadOnlyList<OpenFlowRule> Tick(long nowMs)
    {
        var removed = new List<OpenFlowRule>();
        foreach (var bridge in _bridges.Values)
        {
            bridge.Macs.Expire(nowMs);
            bridge.Tables.Expire(nowMs, removed);
        }

        return removed;
    }

    AgentPort? ITranslationWorld.FindInput(OdpPort port) => _inputs.GetValueOrDefault(port);

    AgentPort? ITranslationWorld.FindTunnelInput(ref FlowKey key) => _tunnels.Find(ref key);

    AgentPort? ITranslationWorld.FindPeer(AgentPort patch)
    {
        foreach (var bridge in _bridges.Values)
            if (bridge.FindPort(patch.Settings.Peer ?? "") is { Settings.Type: AgentPortType.Patch } peer
                && peer.Settings.Peer == patch.Name) return peer;
        return null;
    }

    private void Remove(AgentPort port)
    {
        if (port.Settings.Type == AgentPortType.Tunnel) _tunnels.Remove(port);
        else if (port.Settings.Type != AgentPortType.Patch) _inputs.Remove(port.Settings.Odp);
        port.Bridge.Remove(port);
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
