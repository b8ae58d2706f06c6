using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// How many rules learn with <c>delete_learned</c> into which table under which cookie (OVS: <c>struct learned_cookie</c>): what they
/// learned goes when the last of them goes.
/// </summary>
internal sealed class LearnedCookies
{
    private readonly Dictionary<(byte Table, ulong Cookie), int> _counts = [];
    private readonly List<(byte Table, ulong Cookie)> _dead = [];

    public void Add(OpenFlowActions actions) => Change(actions, 1);

    public void Remove(OpenFlowActions actions) => Change(actions, -1);

    /// <summary>Those that came down to none and have not come up again.</summary>
    public IReadOnlyList<(byte Table, ulong Cookie)> TakeDead()
    {
        if (_dead.Count == 0) return [];
        (byte Table, ulong Cookie)[] dead = [.. _dead.Distinct().Where(d => !_counts.ContainsKey(d))];
        _dead.Clear();
        return dead;
    }

    private void Change(OpenFlowActions actions, int change)
    {
        foreach (var action in actions.Span)
        {
            if (action is not LearnAction learn || !learn.Flags.HasFlag(LearnFlags.DeleteLearned)) continue;
            var key = (learn.Table, learn.Cookie);
            var count = _counts.GetValueOrDefault(key) + change;
            if (count != 0)
            {
                _counts[key] = count;
                continue;
            }

            _counts.Remove(key);
            _dead.Add(key);
        }
    }
}
