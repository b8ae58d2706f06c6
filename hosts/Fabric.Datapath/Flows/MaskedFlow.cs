using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// What a <see cref="MaskedFlowTable{T}"/> holds. The flow carries its own key, so that a lookup which compares the key has the flow at
/// hand already, and a flow is one object to the collector of garbage.
/// </summary>
public abstract class MaskedFlow
{
    /// <summary>Under the mask of its table; given when it is inserted.</summary>
    internal MaskedKey MatchKey;
}
