using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>A port of a bridge at work.</summary>
public sealed class AgentPort
{
    internal AgentPort(AgentBridge bridge, PortSettings settings)
    {
        Bridge = bridge;
        Settings = settings;
    }

    public AgentBridge Bridge { get; }

    public PortSettings Settings { get; }

    public string Name => Settings.Name;

    public OfpPort Number => Settings.Ofp;

    /// <summary>A port that is down neither gets nor gives packets.</summary>
    public bool IsUp { get; internal set; } = true;

    /// <summary>Does NORMAL let frames of this VLAN (0: untagged) through this port?</summary>
    internal bool Carries(ushort vlan) =>
        Settings.Tag is { } tag ? vlan == tag : Settings.Trunks is not { } trunks || trunks.Contains(vlan);
}
