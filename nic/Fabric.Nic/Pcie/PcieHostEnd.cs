using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// The host's end of the PCIe channel: sends requests, matches each with its result, and notices by the incarnation that the NIC lost its
/// memory; then everything has to be sent anew (<see cref="IPcieHostEvents.NicRestarted"/>).
/// </summary>
public sealed class PcieHostEnd : PcieChannel
{
    /// <summary>Flows that share a <see cref="FlowModify"/>: the NIC changes them in one go, and frames wait meanwhile.</summary>
    private const int MaxModified = 64;

    private readonly IPcieHostEvents _events;
    private readonly Queue<(ulong Sequence, PcieRequest Request)> _unanswered = new();
    private ulong _nicIncarnation;
    private int _waitingPuts;

    /// <summary>The last request, while it waits and takes more flows; its list grows.</summary>
    private (FlowModify Request, List<Ufid> Ufids)? _open;
    private long? _heardMs;

    /// <param name="epoch">Greater than any epoch that an earlier host end of this server used; at least 1.</param>
    public PcieHostEnd(PcieOptions options, IPcieHostEvents events, ulong epoch)
        : base(options)
    {
        Wire.Invariant.Check(epoch > 0, "epoch 0 is a NIC's that knows none");
        _events = events;
        Begin(epoch);
    }

    /// <summary>Requests without a result yet.</summary>
    public int UnansweredCount => _unanswered.Count;

    /// <summary>Requests queued so far, and how many of those have their result or were given up with a NIC that lost its memory.</summary>
    public long SentCount { get; private set; }

    public long AnsweredCount => SentCount - _unanswered.Count;

    /// <summary>True once anything was heard from the NIC.</summary>
    public bool HasHeardNic => _nicIncarnation != 0;

    /// <summary>The NIC was not heard for <see cref="PcieOptions.SilentMs"/>, as of the last <see cref="Watch"/>.</summary>
    public bool IsNicSilent { get; private set; }

    /// <summary>Times that the NIC fell silent.</summary>
    public int SilenceCount { get; private set; }

    protected override bool CanSpeak => true;

    /// <summary>The NIC's request ring.</summary>
    protected override bool HasRequestRoom => _unanswered.Count - WaitingCount < Options.RingRequests;

    protected override ulong Incarnation => 0;

    protected override ulong To => _nicIncarnation;

    protected override long LeaseUntilMs => HasHeardNic && _heardMs is { } heardMs ? heardMs + Options.LeaseMs : 0;

    /// <summary>
    /// Queues a request; false only for a <see cref="FlowPut"/> when <see cref="PcieOptions.MaxWaitingPuts"/> wait already.
    /// </summary>
    public bool TrySend(PcieRequest request)
    {
        if (request is FlowPut && _waitingPuts++ >= Options.MaxWaitingPuts)
        {
            _waitingPuts--;
            return false;
        }

        _open = null;
        SentCount++;
        _unanswered.Enqueue((NextSequence, request));
        Enqueue(request);
        return true;
    }

    /// <summary>
    /// Queues new actions for a flow that the NIC has. Flows in a row that get the same share a request, as long as it has not been sent;
    /// a card that writes flows at a pace is asked for one at a time.
    /// </summary>
    public void Modify(Ufid ufid, DatapathActions actions)
    {
        if (_open is var (open, shared) && shared.Count < MaxModified && Options.InsertionsPerSecond == 0 && open.Actions.Equals(actions))
        {
            shared.Add(ufid);
            return;
        }

        var ufids = new List<Ufid> { ufid };
        var request = new FlowModify(actions, ufids);
        TrySend(request);
        _open = (request, ufids);
    }

    /// <inheritdoc/>
    protected override void Sending(PcieMessage message)
    {
        if (ReferenceEquals(message, _open?.Request)) _open = null;
    }

    /// <summary>For how long the NIC has said nothing; before the first look, 0.</summary>
    public long SilenceMs(long nowMs) => nowMs - (_heardMs ?? nowMs);

    /// <summary>Looks whether the NIC still speaks. A NIC that never spoke has its time from the first look on.</summary>
    public void Watch(long nowMs)
    {
        _heardMs ??= nowMs;
        if (IsNicSilent || SilenceMs(nowMs) <= Options.SilenceLimitMs) return;
        IsNicSilent = true;
        SilenceCount++;
    }

    /// <summary>Takes an envelope of the NIC and reports what it brought.</summary>
    public void Receive(PcieEnvelope envelope, long nowMs)
    {
        Hear(envelope, nowMs);
        // Soon enough that the NIC has a new lease long before the old one ends, and seldom enough to cost nothing.
        if (LeaseUntilMs - LeaseToldMs >= Options.KeepaliveMs / 2) OweEnvelope();
    }

    private void Hear(PcieEnvelope envelope, long nowMs)
    {
        if (envelope.Incarnation < _nicIncarnation || envelope.Incarnation == 0)
        {
            Strangers++;
            return;
        }

        if (envelope.Incarnation > _nicIncarnation)
        {
            var isFirst = _nicIncarnation == 0;
            _nicIncarnation = envelope.Incarnation;
            if (!isFirst)
            {
                if (!envelope.IsCreditOnly) (_heardMs, IsNicSilent) = (nowMs, false);
                StartOver();
                return;
            }
        }

        if (envelope.IsCreditOnly)
        {
            if (envelope.Epoch == Epoch) AcceptCredit(envelope);
            return;
        }

        (_heardMs, IsNicSilent) = (nowMs, false);
        if (envelope.Epoch != Epoch)
        {
            if (envelope.Epoch != 0) Strangers++;
            return;
        }

        Accept(envelope);
        while (TryDeliver(out _, out var message)) Deliver(message);
    }

    private void Deliver(PcieMessage message)
    {
        switch (message)
        {
            case StatsReply statistics: _events.Statistics(statistics); return;
            case StatsPush push: _events.Pushed(push); return;
            case LinkEvent link: _events.LinkChanged(link); return;
        }

        var result = (PcieResult)message;
        var (sequence, request) = _unanswered.Dequeue();
        Wire.Invariant.Check(sequence == result.Request, "results come in the order of the requests");
        if (request is FlowPut) _waitingPuts--;
        _events.Result(request, result);
    }

    private void StartOver()
    {
        _open = null;
        _unanswered.Clear();
        _waitingPuts = 0;
        Begin(Epoch + 1);
        _events.NicRestarted();
    }
}
