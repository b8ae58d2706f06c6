using Fabric.Flow;

namespace Fabric.Actors;

/// <param name="LastUsedMs">−1 is never.</param>
public readonly record struct FlowDumpEntry(Ufid Ufid, long Packets, long Bytes, long LastUsedMs, ushort TcpFlags, bool IsOffloaded);
