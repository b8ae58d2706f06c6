using System.Runtime.InteropServices;

namespace Fabric.Nic;

/// <summary>What a frame reads and writes of an L2 flow: one cache line, shared by L2 and every L1 entry bound to the flow.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct PolicySlot
{
    /// <summary>Changes whenever the flow is modified or deleted; an L1 entry bound under an older one is stale.</summary>
    public uint Generation;

    /// <summary>TCP flags seen, united.</summary>
    public ushort TcpFlags;

    public bool IsUsed;

    /// <summary>Frames that L1 or L2 answered with this flow, and their bytes.</summary>
    public long Packets;
    public long Bytes;

    /// <summary>Of <see cref="Packets"/>, those that L2 itself answered.</summary>
    public long Hits;

    /// <summary>Milliseconds; −1 when never used.</summary>
    public long LastUsedMs;

    /// <summary>What the host has been told of <see cref="Packets"/>.</summary>
    public long ReportedPackets;
}
