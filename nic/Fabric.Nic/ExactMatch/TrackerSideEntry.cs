namespace Fabric.Nic;

/// <summary>What only the slow path needs of an entry, kept apart so that a hit touches two lines and no more.</summary>
internal struct TrackerSideEntry
{
    /// <summary>The key's hash, from which the home bucket follows.</summary>
    public uint Signature;

    /// <summary>Neighbours in the list of pending entries, oldest first; <see cref="Next"/> also links free entries.</summary>
    public int Previous;
    public int Next;

    /// <summary>Block of the overflow slab with the fourth and further key sections, or -1.</summary>
    public int Overflow;

    /// <summary>Frames of this entry that L2 answered: those that bound or re-bound it.</summary>
    public uint AnsweredByL2;
}
