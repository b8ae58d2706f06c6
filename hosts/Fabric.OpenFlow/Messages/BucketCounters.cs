namespace Fabric.OpenFlow;

/// <summary>All ones is "unknown".</summary>
public readonly record struct BucketCounters(ulong PacketCount, ulong ByteCount);
