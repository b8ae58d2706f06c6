using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// What the NIC counted of one flow since it was put there: frames answered by L1 or L2, never those that the host forwarded. The numbers
/// only grow, so a report that arrives late or twice does no harm.
/// </summary>
/// <param name="LastUsedMs">0 when never used.</param>
public readonly record struct FlowStatistics(Ufid Ufid, long Packets, long Bytes, long LastUsedMs, ushort TcpFlags);
