using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// What a <see cref="MaskedFlowTable{T}"/> holds. The flow carries its own key and place, so that a lookup which compares the key has the
/// flow at hand already, and a flow is one object to the collector of garbage.
/// </summary>
public abstract class MaskedFlow(Ufid ufid)
{
    public Ufid Ufid { get; } = ufid;

    /// <summary>Under the mask of its table; this and what follows are given when it is inserted.</summary>
    internal MaskedKey MatchKey;

    /// <summary>Where its mask's table has it.</summary>
    internal uint MatchHash;

    /// <summary>Its place in the list of all.</summary>
    internal int Index;

    /// <summary>The hash table of its mask; null while it is in no table.</summary>
    internal object? Home;
}
