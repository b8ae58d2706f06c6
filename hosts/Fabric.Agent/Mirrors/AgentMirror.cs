namespace Fabric.Agent;

/// <summary>A mirror at work (OVS: <c>struct mirror</c>).</summary>
public sealed class AgentMirror
{
    /// <summary>OVS <c>MAX_MIRRORS</c>.</summary>
    public const int MaxPerBridge = 32;

    internal AgentMirror(MirrorSettings settings) => Settings = settings;

    public MirrorSettings Settings { get; internal set; }

    public string Name => Settings.Name;

    /// <summary>Frames copied, as <c>Mirror.statistics</c> shows them.</summary>
    public long TxPackets { get; private set; }

    public long TxBytes { get; private set; }

    /// <summary>The output port; null when the copies go to a VLAN.</summary>
    internal AgentBundle? Output { get; set; }

    internal bool TakesVlan(ushort vlan) => Settings.SelectVlans is null || Settings.SelectVlans.Contains(vlan);

    internal void Credit(long packets, long bytes)
    {
        TxPackets += packets;
        TxBytes += bytes;
    }

    /// <summary>Two mirrors of one destination give one copy of each frame.</summary>
    internal bool HasSameOutput(AgentMirror other) =>
        Output is not null ? Output == other.Output : other.Output is null && Settings.OutputVlan == other.Settings.OutputVlan;
}
