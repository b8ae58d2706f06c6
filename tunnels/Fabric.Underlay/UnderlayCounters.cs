using Fabric.Wire;

namespace Fabric.Underlay;

/// <summary>What an underlay did since it was made. Sending and receiving are two accounts, because two threads own them.</summary>
public sealed class UnderlayCounters
{
    /// <summary>In: frames handed to Send. Out: datagrams the kernel took.</summary>
    public FrameAccount Sent { get; } = new();

    /// <summary>In: datagrams received. Out: frames handed to the receiver.</summary>
    public FrameAccount Received { get; } = new();

    public int SocketsOpen { get; internal set; }

    public long SendCalls { get; internal set; }

    public long ReceiveCalls { get; internal set; }

    /// <summary>Datagrams that left in a group of two or more by segmentation offload (UDP_SEGMENT).</summary>
    public long SegmentedDatagrams { get; internal set; }

    /// <summary>Datagrams that arrived coalesced (UDP_GRO).</summary>
    public long CoalescedDatagrams { get; internal set; }

    /// <summary>Errors that ICMP reported on our sockets, about datagrams that were lost after we had sent them.</summary>
    public long IcmpErrors { get; internal set; }

    /// <summary>Groups that the kernel would not segment and that were sent one by one, for instance because they exceed the MTU.</summary>
    public long SegmentationRefusals { get; internal set; }

    /// <summary>
    /// Buffers the kernel dropped before they reached us, because a receive queue was full. A coalesced buffer counts once however many
    /// datagrams it held, so this is a lower bound; they are on nobody's account. Read when the counters are asked for.
    /// </summary>
    public long ReceiveQueueDrops { get; internal set; }

    /// <summary>False once the kernel refused segmentation offload: then every datagram is sent apart.</summary>
    public bool HasSegmentation { get; internal set; } = true;

    public bool HasCoalescing { get; internal set; } = true;
}
