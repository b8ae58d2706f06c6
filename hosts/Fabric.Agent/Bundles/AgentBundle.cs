using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// What the database calls a port and NORMAL forwards to: one interface, or the members of a bond (OVS: <c>struct ofbundle</c>).
/// </summary>
public sealed class AgentBundle
{
    internal AgentBundle(AgentPort port) => Members = [port];

    internal AgentBundle(AgentBond bond, IReadOnlyList<AgentPort> members)
    {
        Bond = bond;
        Members = members;
    }

    public string Name => Bond?.Settings.Name ?? Members[0].Name;

    /// <summary>Null for a single interface.</summary>
    public AgentBond? Bond { get; }

    public IReadOnlyList<AgentPort> Members { get; }

    public VlanSettings Vlan => Bond?.Settings.Vlan ?? Members[0].Settings.Vlan;

    public bool IsProtected => Bond?.Settings.IsProtected ?? Members[0].Settings.IsProtected;

    /// <summary>The number that learned addresses show: that of the first interface.</summary>
    public OfpPort Number => Members[0].Number;

    /// <summary>Mirrors that copy what this port receives, and what it sends.</summary>
    internal List<AgentMirror> SourceMirrors { get; } = [];

    internal List<AgentMirror> DestinationMirrors { get; } = [];

    /// <summary>The port is the output of a mirror: it gets copies and nothing else, and what it receives is dropped.</summary>
    internal bool IsMirrorOutput { get; set; }

    internal bool IsFloodable => Members.All(p => !p.IsLeftOutOfFloods);

    /// <summary>Does NORMAL let frames with these tags (ids; 0 for none) through this port (OVS: <c>xbundle_includes_vlan</c>)?</summary>
    internal bool Carries(ushort outer, ushort inner) => Vlan.EffectiveMode switch
    {
        VlanMode.Access => outer == Vlan.EffectiveTag && inner == 0,
        VlanMode.Dot1qTunnel => outer == Vlan.EffectiveTag && Vlan.AllowsCvlan(inner),
        _ => Vlan.Trunked(outer),
    };
}
