namespace Fabric.Nic;

/// <summary>What an eviction policy may see of the table.</summary>
public interface IEvictionView
{
    /// <summary>Indexes are 0 to this less one.</summary>
    int EntryCount { get; }

    bool IsLive(int entry);

    /// <summary>Was the entry hit since this was last asked? Asking forgets it (the clock's reference bit).</summary>
    bool TakeReferenced(int entry);
}
