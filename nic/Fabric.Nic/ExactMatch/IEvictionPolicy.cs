namespace Fabric.Nic;

/// <summary>
/// Chooses which entry of a full exact match flow tracker makes room. Entries are known by their index; the policy learns of additions and
/// removals, and of hits only if it asks for them, because that costs every frame.
/// </summary>
public interface IEvictionPolicy
{
    string Name { get; }

    /// <summary>Must <see cref="Used"/> be called for every hit?</summary>
    bool WantsHits { get; }

    /// <summary>The table now has room for <paramref name="entryCount"/> entries; indexes stay below it.</summary>
    void Resize(int entryCount);

    void Added(int entry);

    void Used(int entry);

    void Removed(int entry);

    /// <summary>The entry to evict, or -1 to refuse the new one. Called only while every entry is in use and no connection
    /// is known to have ended, whose entries go first.</summary>
    int Choose(IEvictionView entries);

    /// <summary>The one of <paramref name="candidates"/> to evict (never empty), or -1 to refuse.</summary>
    int ChooseAmong(ReadOnlySpan<int> candidates, IEvictionView entries);
}
