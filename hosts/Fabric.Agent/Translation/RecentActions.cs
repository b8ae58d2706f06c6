using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Lists of datapath actions made lately, so that flows that do the same keep one list and not a copy each.</summary>
internal sealed class RecentActions
{
    private const int Size = 256;

    private readonly DatapathActions[] _lists = new DatapathActions[Size];

    public RecentActions() => Array.Fill(_lists, DatapathActions.Drop);

    /// <summary>An equal list: an earlier one if it is still known.</summary>
    public DatapathActions Get(DatapathActions actions)
    {
        ref var known = ref _lists[actions.GetHashCode() & (Size - 1)];
        if (!known.Equals(actions)) known = actions;
        return known;
    }
}
