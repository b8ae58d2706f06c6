using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One virtual machine: drives its <see cref="GuestStack"/>. It wakes when frames come or the stack has something due, and costs nothing
/// otherwise.
/// <para>A restart means: this VM reboots with its identity; its neighbours, pings and sockets are forgotten, running requests get no
/// answer.</para>
/// </summary>
public sealed class VmActor : ReceiveActor, IWithTimers
{
    private const string TickKey = "tick";

    /// <summary>Due times closer than this are waited for together.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly string _server;
    private readonly VmPlan _plan;
    private readonly NodeServices _node;
    private readonly VmWays _ways;
    private readonly GuestStack _stack;
    private readonly VmLoad _load;
    private readonly List<PendingPing> _pings = [];
    private uint _markOutput;
    private long _tickAtUs = long.MaxValue;

    /// <param name="ways">Between this VM and the VF that it has.</param>
    public VmActor(string server, VmPlan plan, NodeServices node, VmWays ways)
    {
        (_server, _plan, _node, _ways) = (server, plan, node, ways);
        _stack = new GuestStack(VmIdentity.Options(plan), node.Pool);
        _load = new VmLoad(_stack, ways);
        Receive<FrameBatch>(OnFrames);
        Receive<Tick>(_ => OnTick());
        Receive<UnplugVm>(unplug =>
        {
            _ways.Vf = null;
            Sender.Tell(new StepDone(unplug.Step));
        });
        Receive<PlugVm>(plug =>
        {
            _ways.Vf = plug.Vf;
            Sender.Tell(new StepDone(plug.Step));
        });
        Receive<RunPing>(OnPing);
        Receive<ChangeGuest>(OnChange);
        Receive<GuestAnswer>(OnAnswer);
        Receive<SendTraced>(OnSendTraced);
        Receive<StartSink>(sink => Sender.Tell(_load.StartSink(sink)));
        Receive<StartLoad>(start =>
        {
            _load.Start(start, node.Clock.NowUs);
            OnPump();
        });
        Receive<StopLoad>(_ => Sender.Tell(_load.Stop()));
        Receive<LoadCredit>(_ => OnPump());
        Receive<Pump>(_ => OnPump());
        Receive<CountForeign>(count => Sender.Tell(new ForeignCount(plan.Name, _stack.CountMisdelivered(count.RunId))));
        Receive<GetPartState>(_ => Sender.Tell(State()));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string server, VmPlan plan, NodeServices node, VmWays ways) =>
        Akka.Actor.Props.Create(() => new VmActor(server, plan, node, ways)).WithDispatcher(NodeServices.FrameDispatcher);

    protected override void PreStart()
    {
        _stack.Boot(_node.Clock.NowUs);
        Flush();
    }

    protected override void PostStop() => _stack.Stop();

    /// <summary>Its driver starts anew, with the address that the VM has, and asks for nothing else.</summary>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        if (_ways.Vf is { } vf) vf.Actor.Tell(new GuestRequest(Self, _stack.Mac, Promiscuous: false, Asker: null), Self);
    }

    private void OnChange(ChangeGuest request)
    {
        var mac = default(MacAddress);
        if (request.Change.Mac is { } text && !MacAddress.TryParse(text, out mac))
            Sender.Tell(new RequestRefused(RequestFailure.Invalid, $"'{text}' is not a MAC address, such as 02:00:00:00:00:01"));
        else if (_ways.Vf is not { } vf)
            Sender.Tell(new RequestRefused(RequestFailure.Conflict, $"{_plan.Name} has no VF"));
        else
            vf.Actor.Tell(
                new GuestRequest(Self, request.Change.Mac is null ? null : mac, request.Change.Promiscuous, Sender), ActorRefs.NoSender);
    }

    private void OnAnswer(GuestAnswer answer)
    {
        if (answer.HasMac && answer.Request.Mac is { } mac && mac != _stack.Mac)
        {
            _stack.ChangeMac(mac, _node.Clock.NowUs);
            Flush();
        }

        answer.Request.Asker?.Tell(new GuestReply(_plan.Name, _ways.Vf?.Name ?? "", _stack.Mac.ToString(), answer.Refusals));
    }

    private void OnFrames(FrameBatch batch)
    {
        _ways.ToVm.Took(batch);
        if (_node.Tracer.IsActive && HasMarked(batch)) TakeMarked(batch);
        else _stack.Receive(batch, _node.Clock.NowUs);
        Flush();
        _load.TellSource();
    }

    /// <summary>Frame by frame, so that what the stack sends in answer to a marked frame can be marked as that frame's answer.</summary>
    private void TakeMarked(FrameBatch batch)
    {
        Flush();
        foreach (var frame in batch.Frames)
        {
            var mark = frame.TraceId;
            if (mark != 0)
                _node.Tracer.Record(mark, _server, "vm", _plan.Name, "", TraceWords.Delivered, FrameText.Describe(frame));
            var single = batch.Pool.RentBatch();
            single.Add(frame);
            _stack.Receive(single, _node.Clock.NowUs);
            Flush(mark == 0 ? 0 : TraceMark.NextGeneration(mark));
        }

        batch.Clear();
        batch.Pool.Return(batch);
    }

    private static bool HasMarked(FrameBatch batch)
    {
        foreach (var frame in batch.Frames)
            if (frame.TraceId != 0) return true;
        return false;
    }

    private void OnTick()
    {
        _tickAtUs = long.MaxValue;
        _stack.Tick(_node.Clock.NowUs);
        Flush();
    }

    private void OnPing(RunPing request)
    {
        if (!IpAddress.TryParse(request.Destination, out var destination))
        {
            Sender.Tell(new RequestRefused(RequestFailure.Invalid, $"'{request.Destination}' is not an address"));
            return;
        }

        if (request.Forget) _stack.ForgetNeighbours();
        // Marks every frame of this run that is not an answer to a marked one: its echoes, and the address resolution before them.
        _markOutput = request.TraceId;
        var options = new PingOptions
        {
            Count = request.Count,
            PayloadSize = request.PayloadSize,
            IntervalMs = request.IntervalMs,
            TimeoutMs = request.TimeoutMs,
            RunId = request.RunId,
        };
        _pings.Add(new PendingPing(_stack.Ping(destination, options, _node.Clock.NowUs), Sender, _stack.Counters.Misdelivered));
        Flush();
    }

    private void OnSendTraced(SendTraced request)
    {
        if (!TracedFrame.TryBuild(request.Flow, _plan, _stack, _node.Pool, out var frame, out var error))
        {
            Sender.Tell(error.Unresolved is null
                ? new RequestRefused(RequestFailure.Invalid, error.Message)
                : new NeedsResolution(request.Vm, error.Unresolved, error.Message));
            return;
        }

        TraceMark.TryPut(frame, request.TraceId);
        var text = FrameText.Describe(frame);
        _node.Tracer.Record(request.TraceId, _server, "vm", _plan.Name, "", "sent", text);
        _stack.Account.Created++;
        var batch = _node.Pool.RentBatch();
        batch.Add(frame);
        Send(batch);
        Sender.Tell(new TracedSent(text));
    }

    /// <summary>Sends what the load may send now, and comes back until that is nothing.</summary>
    private void OnPump()
    {
        if (!_load.TryEmit(_node.Clock.NowUs)) return;
        Flush();
        Self.Tell(Pump.Instance);
    }

    private void Flush() => Flush(_markOutput);

    /// <summary>Hands on what the stack has to send, answers finished pings, and sets the next wake-up.</summary>
    private void Flush(uint mark)
    {
        while (_stack.TryTakeOutput(out var batch))
        {
            // The stack has counted these frames as out; the link may still refuse them, so the account takes them back first.
            _stack.Account.Out -= batch.Count;
            if (mark != 0) Mark(batch, mark);
            Send(batch);
        }

        for (var i = _pings.Count - 1; i >= 0; i--)
        {
            if (!_pings[i].Run.IsDone) continue;
            _pings[i].Asker.Tell(PingReplies.Of(_plan.Name, _pings[i], _stack.Counters.Misdelivered));
            _pings.RemoveAt(i);
            if (_pings.Count == 0) _markOutput = 0;
        }

        var dueUs = _stack.NextDueUs();
        if (dueUs >= _tickAtUs) return;
        _tickAtUs = dueUs;
        var wait = TimeSpan.FromMicroseconds(Math.Max(0, dueUs - _node.Clock.NowUs));
        Timers.StartSingleTimer(TickKey, Tick.Instance, wait < ShortestWait ? ShortestWait : wait);
    }

    private void Send(FrameBatch batch)
    {
        if (_ways.Vf is { } vf)
        {
            vf.ToVf.Send(batch, _stack.Account);
            return;
        }

        _stack.Account.Drops.Add(DropReason.PortDown, batch.Count);
        batch.Pool.ReturnWithFrames(batch);
    }

    private void Mark(FrameBatch batch, uint mark)
    {
        foreach (var frame in batch.Frames)
        {
            if (TraceMark.TryPut(frame, mark)) _node.Tracer.Record(mark, _server, "vm", _plan.Name, "", "sent", FrameText.Describe(frame));
        }
    }

    private VmPartState State() => new(
        new VmState(
            _plan.Name, _plan.Overlay, _server, _ways.Vf?.Name ?? "", _stack.Mac.ToString(), _plan.Addresses,
            _ways.HasLink ? "running" : "no link",
            _stack.Account.In, _stack.Account.Out, _stack.Account.Drops.Total),
        PartAccount.Of("vm " + _plan.Name, _stack.Account, _stack.QueuedFrames));

    private sealed class Pump
    {
        public static readonly Pump Instance = new();
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
