using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// The NIC's report about one flow: packets and bytes since it was given the flow (cumulative, so that a lost report costs nothing), when
/// it
/// last used it (−1: never), and the TCP flags it saw. A changed policy keeps counting; a flow taken away and given again starts at 0.
/// </summary>
/// <param name="Context">The NIC's number for what it counts the flow by; −1 from one that has no such numbers.</param>
public readonly record struct OffloadStatistics(Ufid Ufid, long Packets, long Bytes, long LastUsedMs, ushort TcpFlags, int Context = -1);
