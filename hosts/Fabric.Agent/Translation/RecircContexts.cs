using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// The recirculation ids in use (OVS: <c>ofproto-dpif-rid.c</c>).
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>RC1: ids are given out in order from 1, and none twice while it is known.</item>
/// <item>RC2: equal states that are in use have one id.</item>
/// <item>RC3: an id stays known as long as a flow refers to it, and a while longer, for packets under way.</item>
/// </list>
/// </summary>
public sealed class RecircContexts
{
    /// <summary>Longer than any packet takes from the datapath to the agent.</summary>
    private const long LingerMs = 500;

    private readonly Dictionary<uint, RecircContext> _byId = [];
    private readonly Dictionary<FrozenState, RecircContext> _byState = [];
    private readonly List<RecircContext> _released = [];
    private uint _last;

    /// <summary>Ids that are known.</summary>
    public int Count => _byId.Count;

    public RecircContext? Find(uint id) => _byId.GetValueOrDefault(id);

    /// <summary>An id for other uses than frozen states; it is not given out again.</summary>
    internal uint AllocateId()
    {
        do _last++;
        while (_last == 0 || _byId.ContainsKey(_last));
        return _last;
    }

    /// <summary>The id of this state, new or not, with one more reference.</summary>
    internal RecircContext Acquire(FrozenState state)
    {
        if (!_byState.TryGetValue(state, out var context))
        {
            context = new RecircContext(AllocateId(), state);
            _byId.Add(context.Id, context);
            _byState.Add(state, context);
        }

        context.ReferenceCount++;
        return context;
    }

    /// <summary>One more reference; false when the last one is gone, so that the id is about to be forgotten.</summary>
    internal static bool TryRetain(RecircContext context)
    {
        if (context.ReferenceCount == 0) return false;
        context.ReferenceCount++;
        return true;
    }

    internal void Release(RecircContext context, long nowMs)
    {
        Invariant.Check(context.ReferenceCount > 0, "a recirculation id is released as often as it was acquired");
        if (--context.ReferenceCount > 0) return;
        _byState.Remove(context.State);
        context.ReleasedMs = nowMs;
        _released.Add(context);
    }

    internal void Expire(long nowMs)
    {
        for (var i = _released.Count - 1; i >= 0; i--)
        {
            if (nowMs - _released[i].ReleasedMs < LingerMs) continue;
            _byId.Remove(_released[i].Id);
            _released.RemoveAt(i);
        }
    }
}
