using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A port of a bridge at work.</summary>
public sealed class AgentPort
{
    internal AgentPort(AgentBridge bridge, PortSettings settings)
    {
        Bridge = bridge;
        Settings = settings;
        Bundle = new AgentBundle(this);
    }

    public AgentBridge Bridge { get; }

    public PortSettings Settings { get; internal set; }

    public string Name => Settings.Name;

    public OfpPort Number => Settings.Ofp;

    /// <summary>The port of the database that this interface is in: alone, or with the others of its bond.</summary>
    public AgentBundle Bundle { get; internal set; }

    /// <summary>A port that is down neither gets nor gives packets.</summary>
    public bool IsUp { get; internal set; } = true;

    /// <summary>Null unless it speaks BFD.</summary>
    public BfdSession? Bfd { get; internal set; }

    /// <summary>What <see cref="Bfd"/> had said of it when flows and bonds last followed; true without a session.</summary>
    internal bool WasForwarding { get; set; } = true;

    /// <summary>
    /// It is up and nobody knows its way to be broken: groups, bonds and actions that choose among ports take only such (OVS:
    /// <c>may_enable</c>).
    /// </summary>
    public bool IsLive => IsUp && Bfd is not { IsForwarding: false };

    /// <summary>What controllers set by port mods. Being down is the device's own state and not kept here.</summary>
    public PortConfigurationBits Configuration { get; internal set; }

    /// <summary>Left out by FLOOD and by NORMAL's flooding: by the database, or because a controller said so.</summary>
    public bool IsLeftOutOfFloods => Settings.NoFlood || Configuration.HasFlag(PortConfigurationBits.NoFlood);

    /// <summary>What translation alone knows of: patch ports have no datapath port that could count, and tunnels share theirs.</summary>
    public long CreditedRxPackets { get; private set; }

    public long CreditedRxBytes { get; private set; }

    public long CreditedTxPackets { get; private set; }

    public long CreditedTxBytes { get; private set; }

    internal void CreditRx(long packets, long bytes)
    {
        CreditedRxPackets += packets;
        CreditedRxBytes += bytes;
    }

    internal void CreditTx(long packets, long bytes)
    {
        CreditedTxPackets += packets;
        CreditedTxBytes += bytes;
    }
}
