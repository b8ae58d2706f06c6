namespace Fabric.Flow;

/// <summary>Counts of one queue of a port, as <c>qos/show</c> and <c>ovs-ofctl queue-stats</c> show them.</summary>
/// <param name="TxErrors">Frames that found the queue full.</param>
/// <param name="QueuedCount">Frames that wait.</param>
public readonly record struct QueueStatistics(uint Queue, long TxPackets, long TxBytes, long TxErrors, int QueuedCount, long CreatedMs);
