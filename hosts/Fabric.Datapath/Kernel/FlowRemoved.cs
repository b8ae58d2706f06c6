using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// The last word about a flow: it is gone from the host and from the NIC, no frame follows it any more, and these are its final statistics.
/// </summary>
public sealed record FlowRemoved(
    Ufid Ufid, FlowRemovalReason Reason, long Packets, long Bytes, long CreatedMs, long LastUsedMs, ushort TcpFlags);
