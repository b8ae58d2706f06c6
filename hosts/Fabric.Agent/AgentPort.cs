using Fabric.Flow;

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

    /// <summary>What translation alone knows of: patch ports have no datapath port that could count.</summary>
    public long PatchRxPackets { get; private set; }

    public long PatchRxBytes { get; private set; }

    public long PatchTxPackets { get; private set; }

    public long PatchTxBytes { get; private set; }

    internal void CreditRx(long packets, long bytes)
    {
        PatchRxPackets += packets;
        PatchRxBytes += bytes;
    }

    internal void CreditTx(long packets, long bytes)
    {
        PatchTxPackets += packets;
        PatchTxBytes += bytes;
    }
}
