using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// One flow of a datapath's dump. Counts are totals since the flow was put; <paramref name="UsedMs"/> is 0 when it was never hit;
/// <paramref name="TcpFlags"/> are all that its packets had.
/// </summary>
public readonly record struct FlowStatistics(
    Ufid Ufid, long Packets, long Bytes, long UsedMs, bool IsOffloaded = false, ushort TcpFlags = 0);
