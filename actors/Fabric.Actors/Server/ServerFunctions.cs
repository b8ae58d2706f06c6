using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// Changes of a running server's plan, which all have to do with its SR-IOV: one after the other, and of those that come while one is under
/// way only the last is made. Belongs to the <see cref="ServerActor"/>.
/// </summary>
internal sealed class ServerFunctions(IActorContext context, NodeServices node)
{
    private readonly List<(IActorRef Asker, long Revision)> _askers = [];
    private ServerParts _parts = null!;
    private ServerPlan? _next;
    private long _settled;
    private ServerPlan? _made;
    private bool _isReady;

    /// <summary>A change is under way, or another waits.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>The parts are made anew, as the plan says.</summary>
    public void Begin(ServerPlan plan, ServerParts parts)
    {
        (_parts, _settled, _next, _made, IsBusy, _isReady) = (parts, plan.Functions.Revision, null, null, true, false);
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
        if (!IsBusy) Start();
    }

    public void Settled(long revision)
    {
        _settled = revision;
        IsBusy = false;
        if (_made is { } made) EndVmsExcept(made);
        if (_next is not null) Start();
        else Answer();
    }

    public void Ask(IActorRef asker, long revision)
    {
        _askers.Add((asker, revision));
        if (!IsBusy) Answer();
    }

    private void Start()
    {
        var plan = _next!;
        (_next, _made, IsBusy) = (null, plan, true);
        _parts.Plan = plan;
        foreach (var vm in plan.Vms) _parts.VmWays.TryAdd(vm.Name, ServerAssembly.WaysOf(vm));
        ServerAssembly.StartVms(context, plan, node, _parts);
        foreach (var vm in _parts.Vms.Values) context.Watch(vm);
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

    /// <summary>Those that the plan has no more; by now they have no VF.</summary>
    private void EndVmsExcept(ServerPlan plan)
    {
        foreach (var name in _parts.Vms.Keys.Except(plan.Vms.Select(vm => vm.Name)).ToArray())
        {
            _parts.Vms.Remove(name, out var gone);
            _parts.VmWays.Remove(name);
            context.Unwatch(gone!);
            context.Stop(gone!);
        }
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
