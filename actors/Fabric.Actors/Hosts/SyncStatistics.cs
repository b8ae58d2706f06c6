namespace Fabric.Actors;

/// <summary>To the kernel datapath: pull the NIC's statistics and push your own; answered by the same object when both are done.</summary>
public sealed class SyncStatistics
{
    public static readonly SyncStatistics Instance = new();
}
