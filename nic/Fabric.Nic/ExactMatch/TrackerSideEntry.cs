namespace Fabric.Nic;

/// <summary>What only the slow path needs of an entry, kept apart so that a hit touches one line of entries and no more.</summary>
internal struct TrackerSideEntry
{
    /// <summary>The key's hash, from which the home bucket follows.</summary>
    public uint Hash;

    /// <summary>
    /// Neighbours in the list of pending entries, or of bound ones whose connection has ended, oldest first; <see cref="Next"/> also links
    /// free entries.
    /// </summary>
    public int Previous;
    public int Next;

    /// <summary>Block of <see cref="KeyBlocks"/> with what the entry has no room for of the key.</summary>
    public int Block;

    /// <summary>Frames of this entry that L2 answered: those that bound or re-bound it.</summary>
    public uint AnsweredByL2;
}
