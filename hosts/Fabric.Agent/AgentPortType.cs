namespace Fabric.Agent;

/// <summary>Kinds of bridge ports (OVS: <c>Interface.type</c>).</summary>
public enum AgentPortType
{
    /// <summary>A port of the datapath: a VF representor, a physical port.</summary>
    System,

    /// <summary>The host's own end of a bridge.</summary>
    Internal,
    Tunnel,

    /// <summary>Leads to a patch port of another bridge.</summary>
    Patch,
}
