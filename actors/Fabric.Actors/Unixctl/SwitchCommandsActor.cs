using Akka.Actor;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// Brings the commands of ovs-vswitchd to a server's agent, in order. Those that tell of the datapath wait until NIC and kernel have
/// brought their statistics into step and the kernel has shown itself.
/// <para>A restart means: commands that waited are not answered, and their clients time out.</para>
/// </summary>
public sealed class SwitchCommandsActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ServerParts _parts;
    private readonly Queue<(IActorRef Asker, RunUnixctl Command)> _waiting = new();

    private readonly CounterRound _round;
    private DatapathCounters? _counters;
    private DatapathView? _view;

    public SwitchCommandsActor(ServerParts parts)
    {
        _parts = parts;
        _round = new CounterRound(parts);
        Receive<RunUnixctl>(OnCommand);
        Receive<SyncStatistics>(_ =>
        {
            _round.Ask();
            var withConnections = _waiting.TryPeek(out var next) && SwitchCommands.NeedsConnections(next.Command.Method);
            _parts.Kernel.Tell(new GetDatapathView(withConnections));
        });
        Receive<PortCounterList>(counters =>
        {
            _counters = _round.Take(counters) ?? _counters;
            OnShown();
        });
        Receive<DatapathView>(view =>
        {
            _view = view;
            OnShown();
        });
        Receive<TimeIsUp>(_ => OnTimeIsUp());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ServerParts parts) => Akka.Actor.Props.Create(() => new SwitchCommandsActor(parts));

    private void OnCommand(RunUnixctl command)
    {
        if (_waiting.Count == 0 && !SwitchCommands.NeedsDatapath(command.Method))
        {
            _parts.Agent.Tell(new RunSwitchCommand(command, DatapathView.None), Sender);
            return;
        }

        _waiting.Enqueue((Sender, command));
        if (_waiting.Count == 1) Begin();
    }

    private void Begin()
    {
        _view = null;
        _counters = null;
        Timers.StartSingleTimer(TimeIsUp.Instance, TimeIsUp.Instance, Patience);
        _parts.Kernel.Tell(SyncStatistics.Instance);
    }

    /// <summary>Once host and NIC have both told.</summary>
    private void OnShown()
    {
        if (_view is not { } view || _counters is not { } counters) return;
        if (!_waiting.TryDequeue(out var next)) return;
        var whole = DatapathViews.WithCounters(view, counters);
        _parts.Agent.Tell(new RunSwitchCommand(next.Command, whole), next.Asker);
        Next();
    }

    private void OnTimeIsUp()
    {
        if (!_waiting.TryDequeue(out var next)) return;
        next.Asker.Tell(new UnixctlAnswer(next.Command.Cookie, UnixctlReply.Fail("the datapath does not answer")));
        Next();
    }

    private void Next()
    {
        while (_waiting.TryPeek(out var next) && !SwitchCommands.NeedsDatapath(next.Command.Method))
        {
            _waiting.Dequeue();
            _parts.Agent.Tell(new RunSwitchCommand(next.Command, DatapathView.None), next.Asker);
        }

        if (_waiting.Count > 0) Begin();
        else Timers.CancelAll();
    }

    private sealed class TimeIsUp
    {
        public static readonly TimeIsUp Instance = new();
    }
}
