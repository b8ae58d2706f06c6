using Akka.Actor;
using Akka.Event;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// Brings one change of a server's plan about, part by part, each when the one before has done its share: the NIC, by which VFs that go
/// or change hands lose their links; the VMs that lose a VF, then those that get one; the kernel, which knows the other ends of
/// tunnels; the agent, for which devices come and go; the controller, whose rules name ports; last the links. A part that does not answer
/// in time is passed over.
/// <para>A restart means: it is never restarted; the server would come to the same end with the next change.</para>
/// </summary>
internal sealed class FunctionChange : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly ServerPlan _plan;
    private readonly ServerParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<Func<int, int>> _steps;
    private int _step;
    private int _awaited;

    /// <param name="plugs">VFs that VMs get, made by the server before.</param>
    public FunctionChange(ServerPlan plan, ServerParts parts, IReadOnlyList<(VmWays Vm, VfParts Vf)> plugs)
    {
        (_plan, _parts) = (plan, parts);
        var unplugs = parts.Vfs.Values.Where(vf => vf.Slot.Vm is { } vm && !Keeps(vm, vf)).ToList();
        _steps = new Queue<Func<int, int>>(
        [
            step => TellOne(parts.Nic, new ApplyFunctions(plan.Functions, step)),
            step => unplugs.Sum(vf => TellOne(vf.Actor, new UnplugVm(step))),
            step => plugs.Sum(plug => TellOne(plug.Vf.Actor, new PlugVm(plug.Vm, plug.Vf, step))),
            step => TellOne(parts.Kernel, new FollowPlan(plan, step)),
            step => TellOne(parts.Agent, new FollowPlan(plan, step)),
            step => TellOne(parts.Control, new FollowPlan(plan, step)),
            step => TellOne(parts.Nic, new DriveFunctions(step)),
        ]);
        Receive<StepDone>(done =>
        {
            if (done.Step == _step && --_awaited == 0) Next();
        });
        Receive<TimeIsUp>(_ =>
        {
            _log.Warning("{0}: a part does not follow a change of its VFs (step {1})", plan.Name, _step);
            Next();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ServerPlan plan, ServerParts parts, IReadOnlyList<(VmWays Vm, VfParts Vf)> plugs) =>
        Akka.Actor.Props.Create(() => new FunctionChange(plan, parts, plugs));

    protected override void PreStart() => Next();

    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    private bool Keeps(VmWays vm, VfParts vf) => _plan.Vms.Any(plan => plan.Name == vm.Name && plan.Vf >= 0
        && ServerPorts.VfName(plan.Vf) == vf.Name);

    private void Next()
    {
        while (_steps.TryDequeue(out var begin))
        {
            Timers.StartSingleTimer("patience", TimeIsUp.Instance, Patience);
            // Set before, for parts that answer at once.
            _awaited = int.MaxValue;
            _step++;
            var (step, asked) = (_step, begin(_step));
            if (_step != step) return;
            _awaited -= int.MaxValue - asked;
            if (_awaited > 0) return;
        }

        _parts.Server.Tell(new FunctionsSettled(_plan.Functions.Revision));
        Context.Stop(Self);
    }

    private static int TellOne(IActorRef part, object message)
    {
        part.Tell(message);
        return 1;
    }

    private sealed class TimeIsUp
    {
        public static readonly TimeIsUp Instance = new();
    }
}
