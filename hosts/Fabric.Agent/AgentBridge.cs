using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>A bridge: ports, tables and learned addresses (OVS: <c>struct ofproto_dpif</c>).</summary>
public sealed class AgentBridge : IOpenFlowPorts
{
    private readonly SortedDictionary<ushort, AgentPort> _ports = [];
    private readonly Dictionary<string, AgentPort> _byName = [];
    private readonly SortedDictionary<string, AgentBond> _bonds = new(StringComparer.Ordinal);
    private readonly List<AgentMirror> _mirrors = [];
    private AgentBundle[]? _bundles;
    private long _nowMs;
    private bool _hadMirrors;

    internal AgentBridge(BridgeSettings settings, DatapathMeters meters, long nowMs)
    {
        Settings = settings;
        CreatedMs = nowMs;
        Tables = new OpenFlowTables(nowMs, (int)settings.Mac.Value, meters);
        Macs = new MacTable(settings.MaxMacEntries, settings.MacAgeingMs) { FloodVlans = settings.FloodVlans };
        if (LocalPortOf(settings) is { } local) Add(new AgentPort(this, local));
        AddDefaultRule(nowMs);
    }

    public BridgeSettings Settings { get; private set; }

    public string Name => Settings.Name;

    public long CreatedMs { get; }

    public ulong DatapathId => Settings.DatapathId ?? Settings.Mac.Value;

    /// <summary>Rules, groups and meters.</summary>
    public OpenFlowTables Tables { get; }

    public GroupTable Groups => Tables.Groups;

    public MeterTable Meters => Tables.Meters;

    public MacTable Macs { get; }

    /// <summary>Which tunnel options controllers made fields of.</summary>
    public TunnelOptionMap TunnelOptions { get; internal set; } = TunnelOptionMap.Empty;

    /// <summary>What controllers want done with IP fragments.</summary>
    public FragmentMode Fragments { get; internal set; }

    /// <summary>Where packets for controllers go; null drops them.</summary>
    public IPacketInSink? PacketIns { get; set; }

    /// <summary>A controller is connected that gets packets which no rule matched (OVS: <c>connmgr_wants_packet_in_on_miss</c>).</summary>
    public bool WantsMisses { get; internal set; }

    /// <summary>In order of port numbers, LOCAL first: the order of flooding.</summary>
    public IReadOnlyCollection<AgentPort> Ports => _ports.Values;

    /// <summary>Ports as the database has them: bonds once, in the order of their first interface.</summary>
    public IEnumerable<AgentBundle> Bundles => _bundles ??= [.. _ports.Values.Select(p => p.Bundle).Distinct()];

    public IReadOnlyCollection<AgentBond> Bonds => _bonds.Values;

    public IReadOnlyList<AgentMirror> Mirrors => _mirrors;

    internal long PortVersion { get; private set; }

    public AgentPort? FindPort(OfpPort number) => number.Value == 0 ? null : _ports.GetValueOrDefault(Rank(number));

    public AgentPort? FindPort(string name) => _byName.GetValueOrDefault(name);

    bool IOpenFlowPorts.TryGetPort(string name, out OfpPort port)
    {
        var found = FindPort(name);
        port = found?.Number ?? OfpPort.None;
        return found is not null;
    }

    string? IOpenFlowPorts.NameOf(OfpPort port) => FindPort(port)?.Name;

    /// <summary>A port of the database: an interface alone, or a bond.</summary>
    public AgentBundle? FindBundle(string name) => Bundles.FirstOrDefault(b => b.Name == name);

    public AgentBond? FindBond(string name) => _bonds.GetValueOrDefault(name);

    internal static PortSettings? LocalPortOf(BridgeSettings settings) => settings.LocalPort is not { } odp ? null
        : new PortSettings(settings.Name, OfpPort.Local, odp, AgentPortType.Internal) { Mac = settings.Mac, Vlan = settings.LocalVlan };

    internal void Add(AgentPort port) => Show(port);

    internal void Remove(AgentPort port)
    {
        Hide(port);
        if (port.Bundle.Bond is { } bond) Rebundle(bond);
    }

    /// <summary>Puts a port in its place in the order of numbers.</summary>
    internal void Show(AgentPort port)
    {
        _ports.Add(Rank(port.Number), port);
        _byName.Add(port.Name, port);
        PortChanged();
        ResolveMirrors();
    }

    internal void Hide(AgentPort port)
    {
        _ports.Remove(Rank(port.Number));
        _byName.Remove(port.Name);
        Macs.RemovePort(port.Number);
        PortChanged();
        ResolveMirrors();
    }

    /// <summary>Those of a bond's members that are still there, with their numbers as they are now.</summary>
    internal void Rebundle(AgentBond bond)
    {
        var left = bond.Members.Select(m => m.Port).Where(p => FindPort(p.Number) == p).ToArray();
        if (left.Length == 0) RemoveBond(bond.Name);
        else Bundle(bond, bond.Settings, left, _nowMs);
    }

    internal void RunBonds(long nowMs)
    {
        _nowMs = nowMs;
        foreach (var bond in _bonds.Values)
        {
            bond.Run(nowMs);
            bond.Rebalance(nowMs);
        }
    }

    internal void PortChanged()
    {
        PortVersion++;
        _bundles = null;
    }

    internal void Configure(BridgeSettings settings, long nowMs)
    {
        // Who decides what the bridge does has changed, so the rules of the one before go (OVS: connmgr_set_fail_mode).
        var isFlushed = settings.HasController != Settings.HasController
            || (settings.FailMode != Settings.FailMode && !settings.HasController);
        Settings = settings;
        Macs.Configure(settings.MaxMacEntries, settings.MacAgeingMs);
        Macs.FloodVlans = settings.FloodVlans;
        if (isFlushed)
        {
            Tables.Clear();
            AddDefaultRule(nowMs);
        }

        PortChanged();
    }

    /// <summary>Adds a bond or changes it; its members exist and are in no other bond.</summary>
    internal void SetBond(BondSettings settings, IReadOnlyList<AgentPort> members, uint recircId, long nowMs)
    {
        if (!_bonds.TryGetValue(settings.Name, out var bond))
        {
            bond = new AgentBond(this, settings, recircId);
            _bonds.Add(settings.Name, bond);
        }

        Bundle(bond, settings, members, nowMs);
    }

    internal bool RemoveBond(string name)
    {
        if (!_bonds.Remove(name, out var bond)) return false;
        foreach (var port in _ports.Values.Where(p => p.Bundle.Bond == bond)) Unbundle(port);
        PortChanged();
        ResolveMirrors();
        return true;
    }

    internal void SetMirrors(IReadOnlyList<MirrorSettings> settings)
    {
        var old = _mirrors.ToArray();
        _mirrors.Clear();
        foreach (var wanted in settings)
        {
            var mirror = Array.Find(old, m => m.Name == wanted.Name) ?? new AgentMirror(wanted);
            mirror.Settings = wanted;
            _mirrors.Add(mirror);
        }

        PortChanged();
        ResolveMirrors();
    }

    /// <summary>Mirrors name ports, which come and go; a mirror whose output port is missing does nothing.</summary>
    private void ResolveMirrors()
    {
        // Without mirrors, before and now, a port that comes or goes means nothing here.
        if (_mirrors.Count == 0 && !_hadMirrors) return;
        _hadMirrors = _mirrors.Count > 0;
        foreach (var bundle in Bundles)
        {
            bundle.SourceMirrors.Clear();
            bundle.DestinationMirrors.Clear();
            bundle.IsMirrorOutput = false;
        }

        foreach (var mirror in _mirrors)
        {
            var wanted = mirror.Settings;
            mirror.Output = wanted.OutputPort is { } name ? FindBundle(name) : null;
            if (mirror.Output is null && wanted.OutputVlan is null) continue;
            if (mirror.Output is not null) mirror.Output.IsMirrorOutput = true;
            foreach (var bundle in Bundles)
            {
                if (wanted.SelectAll || wanted.SelectSourcePorts.Contains(bundle.Name)) bundle.SourceMirrors.Add(mirror);
                if (wanted.SelectAll || wanted.SelectDestinationPorts.Contains(bundle.Name)) bundle.DestinationMirrors.Add(mirror);
            }
        }
    }

    private void Bundle(AgentBond bond, BondSettings settings, IReadOnlyList<AgentPort> members, long nowMs)
    {
        _nowMs = nowMs;
        foreach (var port in _ports.Values.Where(p => p.Bundle.Bond == bond && !members.Contains(p))) Unbundle(port);
        var bundle = new AgentBundle(bond, members);
        foreach (var port in members)
        {
            // What was learned there stays as long as it means the same.
            var old = port.Bundle;
            if (old.Bond != bond || old.Number != bundle.Number || old.Vlan != settings.Vlan || old.IsProtected != settings.IsProtected)
                Macs.RemovePort(old.Number);
            port.Bundle = bundle;
        }

        bond.Configure(settings, members, nowMs);
        PortChanged();
        ResolveMirrors();
    }

    private void Unbundle(AgentPort port)
    {
        Macs.RemovePort(port.Bundle.Number);
        port.Bundle = new AgentBundle(port);
    }

    private void AddDefaultRule(long nowMs)
    {
        if (Settings.FailMode != FailMode.Standalone || Settings.HasController) return;
        Tables.TryApply(new FlowMod { Priority = 0, Actions = new OpenFlowActions(new OutputPortAction(OfpPort.Normal)) }, nowMs, null,
            out _);
    }

    private static ushort Rank(OfpPort number) => number == OfpPort.Local ? (ushort)0 : number.Value;

    /// <summary>As <c>ovs-appctl fdb/show</c> prints it.</summary>
    public string FormatMacs(long nowMs)
    {
        var lines = Macs.Entries.Select(e =>
            $"{e.Port,5}  {e.Vlan,4}  {e.Mac}  {(e.IsStatic ? "static" : $"{(nowMs - e.UsedMs) / 1000,3}")}\n");
        return " port  VLAN  MAC                Age\n" + string.Concat(lines);
    }
}
