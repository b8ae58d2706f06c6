using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Lets rules with equal actions have them in common. It remembers the last list for each value of a short hash: enough for the few lists
/// that the many rules of one program have.
/// </summary>
internal sealed class SharedActions
{
    private readonly OpenFlowActions?[] _lists = new OpenFlowActions?[256];

    public OpenFlowActions Share(OpenFlowActions actions)
    {
        ref var known = ref _lists[actions.GetHashCode() & (_lists.Length - 1)];
        if (known is not null && known.Equals(actions)) return known;
        return known = actions;
    }
}
