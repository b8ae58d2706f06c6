using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// All or nothing for a list of requests (OVS: <c>do_bundle_commit</c>). Requests are done in order, each on top of those before; the first
/// that fails takes all of them back, as if nothing had been asked. Nobody is told, and no packet is translated, in between.
/// <para>Parts that cannot be taken back, packet-outs and changes of ports, are checked in their turn and done at the end, in order.</para>
/// </summary>
public sealed class BundleTransaction
{
    private readonly OpenFlowTables _tables;
    private readonly object? _requester;
    private readonly List<Action> _afterwards = [];
    private bool _isOver;

    public BundleTransaction(OpenFlowTables tables, object? requester = null)
    {
        (_tables, _requester) = (tables, requester);
        tables.BeginTransaction();
    }

    /// <summary>Does one request. After an error the only thing left to do is <see cref="Abort"/>.</summary>
    public bool TryApply(FlowMod mod, long nowMs, out OpenFlowError error) =>
        _tables.TryApply(mod, nowMs, null, out error, out _, _requester);

    /// <inheritdoc cref="TryApply(FlowMod, long, out OpenFlowError)"/>
    public bool TryApply(GroupMod mod, long nowMs, out OpenFlowError error) => _tables.Groups.TryApply(mod, nowMs, out error, _requester);

    /// <summary>Something to do once all has been accepted.</summary>
    public void Defer(Action effect) => _afterwards.Add(effect);

    public void Commit()
    {
        Invariant.Check(!_isOver, "a bundle ends once");
        _isOver = true;
        _tables.EndTransaction(commits: true);
        foreach (var effect in _afterwards) effect();
    }

    public void Abort()
    {
        Invariant.Check(!_isOver, "a bundle ends once");
        _isOver = true;
        _tables.EndTransaction(commits: false);
    }
}
