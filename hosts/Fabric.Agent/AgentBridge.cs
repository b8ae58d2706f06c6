using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>A bridge: ports, tables and learned addresses (OVS: <c>struct ofproto_dpif</c>).</summary>
public sealed class AgentBridge : IOpenFlowPorts
{
    private readonly SortedDictionary<ushort, AgentPort> _ports = [];

    internal AgentBridge(BridgeSettings settings, long nowMs)
    {
        Settings = settings;
        Macs = new MacTable(settings.MaxMacEntries, settings.MacAgeingMs);
        if (settings.LocalPort is { } odp)
            Add(new AgentPort(this, new PortSettings(settings.Name, OfpPort.Local, odp, AgentPortType.Internal)));
        if (settings.FailMode == FailMode.Standalone)
            Tables.TryApply(new FlowMod { Priority = 0, Actions = new OpenFlowActions(new OutputPortAction(OfpPort.Normal)) }, nowMs, null,
                out _);
    }

    public BridgeSettings Settings { get; }

    public string Name => Settings.Name;

    public ulong DatapathId => Settings.Mac.Value;

    public OpenFlowTables Tables { get; } = new();

    public MacTable Macs { get; }

    /// <summary>In order of port numbers, LOCAL first: the order of flooding.</summary>
    public IReadOnlyCollection<AgentPort> Ports => _ports.Values;

    internal long PortVersion { get; private set; }

    public AgentPort? FindPort(OfpPort number) => _ports.GetValueOrDefault(Rank(number));

    public AgentPort? FindPort(string name) => _ports.Values.FirstOrDefault(p => p.Name == name);

    bool IOpenFlowPorts.TryGetPort(string name, out OfpPort port)
    {
        var found = FindPort(name);
        port = found?.Number ?? OfpPort.None;
        return found is not null;
    }

    string? IOpenFlowPorts.NameOf(OfpPort port) => FindPort(port)?.Name;

    internal void Add(AgentPort port)
    {
        _ports.Add(Rank(port.Number), port);
        PortVersion++;
    }

    internal void Remove(AgentPort port)
    {
        _ports.Remove(Rank(port.Number));
        Macs.RemovePort(port.Number);
        PortVersion++;
    }

    internal void PortChanged() => PortVersion++;

    private static ushort Rank(OfpPort number) => number == OfpPort.Local ? (ushort)0 : number.Value;

    /// <summary>As <c>ovs-appctl fdb/show</c> prints it.</summary>
    public string FormatMacs(long nowMs)
    {
        var lines = Macs.Entries.Select(e =>
            $"{(e.Port == OfpPort.Local ? "LOCAL" : e.Port.ToString()),5}  {e.Vlan,4}  {e.Mac}  {(nowMs - e.UsedMs) / 1000,3}\n");
        return " port  VLAN  MAC                Age\n" + string.Concat(lines);
    }
}
