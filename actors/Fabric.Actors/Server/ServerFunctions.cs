using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// Changes of a running server's SR-IOV, one after the other: of those that come while one is under way only the last is made. Belongs to
/// the <see cref="ServerActor"/>.
/// </summary>
internal sealed class ServerFunctions(IActorContext context, NodeServices node)
{
    private readonly List<(IActorRef Asker, long Revision)> _askers = [];
    private ServerParts _parts = new();
    private ServerPlan? _next;
    private long _settled;
    private bool _isBusy;
    private bool _isReady;

    /// <summary>The parts are made anew, as the plan says.</summary>
    public void Begin(ServerPlan plan, ServerParts parts)
    {
        (_parts, _settled, _next, _isBusy, _isReady) = (parts, plan.Functions.Revision, null, true, false);
    }

    /// <summary>All parts work: changes can be made.</summary>
    public void Ready()
    {
        if (_isReady) return;
        _isReady = true;
        Settled(_settled);
    }

    public void Change(ServerPlan plan)
    {
        _next = plan;
        if (!_isBusy) Start();
    }

    public void Settled(long revision)
    {
        _settled = revision;
        _isBusy = false;
        if (_next is not null) Start();
        else Answer();
    }

    public void Ask(IActorRef asker, long revision)
    {
        _askers.Add((asker, revision));
        if (!_isBusy) Answer();
    }

    private void Start()
    {
        var plan = _next!;
        (_next, _isBusy) = (null, true);
        _parts.Functions = plan.Functions;
        var plugs = new List<(VmWays, VfParts)>();
        foreach (var vm in plan.Vms)
        {
            if (vm.Vf < 0 || !_parts.VmWays.TryGetValue(vm.Name, out var ways)) continue;
            var vf = ServerAssembly.VfOf(context, vm.Vf, _parts);
            context.Watch(vf.Actor);
            if (vf.Slot.Vm != ways) plugs.Add((ways, vf));
        }

        var (parts, change) = (_parts, plan);
        context.ActorOf(FunctionChange.Props(change, parts, plugs), $"functions-{node.NextLife()}");
    }

    private void Answer()
    {
        foreach (var (asker, revision) in _askers.ToArray())
        {
            if (revision > _settled) continue;
            asker.Tell(new VfsSettled(context.Self.Path.Name, _settled));
            _askers.Remove((asker, revision));
        }
    }
}
