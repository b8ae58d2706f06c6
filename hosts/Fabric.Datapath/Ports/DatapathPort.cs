using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// One port (vport) of a datapath. The counters are this datapath's own: frames that the NIC forwarded by itself are not in them.
/// </summary>
public sealed class DatapathPort(OdpPort number, string name, DatapathPortKind kind)
{
    public OdpPort Number { get; } = number;

    public string Name { get; } = name;

    public DatapathPortKind Kind { get; } = kind;

    /// <summary>Link state; frames to a port that is down are dropped with <see cref="Wire.DropReason.PortDown"/>.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>A physical port that is also a bridge's: what is no tunnel's is looked up, instead of being taken by the host.</summary>
    public bool IsBridged { get; set; }

    /// <summary>Frames received from the port, and their bytes.</summary>
    public long RxPackets;
    public long RxBytes;

    /// <summary>Frames from the port dropped before a decision: a full upcall queue, a tunnel nobody expects.</summary>
    public long RxDropped;

    /// <summary>Those of <see cref="RxDropped"/> that found no place among the upcalls.</summary>
    public long UpcallsLost;

    /// <summary>Frames sent to the port; for a tunnel port the bytes before the outer header.</summary>
    public long TxPackets;
    public long TxBytes;

    /// <summary>Frames that should have been sent to the port: it was down, or the outer header could not be made.</summary>
    public long TxDropped;

    /// <summary>Limits what is sent to the port; null when nothing does.</summary>
    public EgressShaper? Shaper { get; private set; }

    /// <summary>Limits what is received from the port; null when nothing does.</summary>
    public IngressPolicer? Policer { get; private set; }

    /// <summary>
    /// Changes the limits. The frames that waited under the old ones are returned, to be sent again under the new ones, in order.
    /// </summary>
    public IReadOnlyList<Frame> Limit(PortLimits limits, long nowMs)
    {
        if (Policer is null || Policer.Settings != limits.Policing)
            Policer = limits.Policing.IsNone ? null : new IngressPolicer(limits.Policing, nowMs);
        var old = Shaper;
        var qos = limits.Qos is { IsShaping: true } wanted ? wanted : null;
        if (Equals(old?.Settings, qos)) return [];
        Shaper = qos is null ? null : new EgressShaper(qos, nowMs);
        return old is null ? [] : (Shaper ?? new EgressShaper(old.Settings, nowMs)).TakeOver(old);
    }

    public override string ToString() => $"{Name} ({Number})";
}
