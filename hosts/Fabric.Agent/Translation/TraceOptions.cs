using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>How <c>ofproto/trace</c> was asked.</summary>
public sealed record TraceOptions
{
    public static TraceOptions Default { get; } = new();

    /// <summary>Names of ports in rules and actions (<c>--names</c>).</summary>
    public bool HasNames { get; init; }

    /// <summary>For <see cref="HasNames"/>: those of datapath ports.</summary>
    public IPortNames? PortNames { get; init; }

    /// <summary>Connection states that the next trackings find, in order (<c>--ct-next</c>).</summary>
    public IReadOnlyList<uint> NextConnectionStates { get; init; } = [];

    /// <summary>Translated instead of what table 0 says (<c>ofproto/trace-packet-out</c>).</summary>
    public OpenFlowActions? Actions { get; init; }

    /// <summary>There is a packet, so the trace has the effects of one.</summary>
    public bool HasPacket { get; init; }

    /// <summary>Length of that packet.</summary>
    public int PacketSize { get; init; }
}
