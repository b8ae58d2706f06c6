namespace Fabric.Nic;

/// <summary>
/// One direction pair of the emulated PCIe channel, as either end sees it: reliable control messages over envelopes that may be lost,
/// doubled, delayed or overtaken, and the credit of the frame rings. <see cref="PcieHostEnd"/> and <see cref="PcieNicEnd"/> give it a side.
/// <para>Why not trust the carrier: in a process it loses nothing, but a NIC that resets, a kernel that restarts and injected faults all
/// make holes, and "deleted" must never mean "perhaps deleted".</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>P1: within an epoch, each message is delivered at most once and in the order of sending; if envelopes keep getting through and
/// time passes, exactly once.</item>
/// <item>P2: at most <see cref="PcieOptions.Window"/> messages are unacknowledged; the rest wait at the sender.</item>
/// <item>P3: an envelope of another epoch, or of or for an earlier life of the NIC, changes nothing.</item>
/// <item>P4: at most <see cref="PcieOptions.RingFrames"/> frames are under way per direction; further ones are refused to the caller, who
/// counts them as <see cref="Wire.DropReason.PcieRingFull"/>.</item>
/// <item>P5: while a NIC holds the host's lease (<see cref="HostLease"/>), the host does not call it silent.</item>
/// </list>
/// <para>Latency is kept where envelopes arrive (<see cref="PcieOffloadHook"/>, <see cref="SmartNic"/>): the channel itself needs none.
/// Not modelled: TLPs, link width, DMA, interrupts. Frames themselves are not lost by the channel; only rings fill.</para>
/// </summary>
public abstract class PcieChannel
{
    private readonly record struct InFlight(ulong Sequence, PcieMessage Message, long DueMs, int DelayMs);

    private readonly Queue<PcieMessage> _waiting = new();
    private readonly List<InFlight> _inFlight = [];
    private readonly List<PcieMessage> _due = [];

    /// <summary>Came in order, and nobody has asked for them yet.</summary>
    private readonly Queue<PcieMessage> _ready = new();

    /// <summary>Came before one that they follow.</summary>
    private readonly Dictionary<ulong, PcieMessage> _early = [];
    private ulong _lastSent;
    private ulong _received;
    private long _framesSent;
    private long _framesTakenByPeer;
    private long _framesTaken;
    private long _nothingDueBeforeMs;
    private bool _owesEnvelope;
    private long _lastEnvelopeMs;
    private PcieEnvelope? _empty;

    protected PcieChannel(PcieOptions options) => Options = options;

    public PcieOptions Options { get; }

    public ulong Epoch { get; private set; }

    /// <summary>Messages not yet acknowledged, those not yet sent included.</summary>
    public int UnacknowledgedCount => _waiting.Count + _inFlight.Count;

    public long Retransmissions { get; private set; }

    /// <summary>Messages ignored as duplicates.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Envelopes ignored because of property P3.</summary>
    public long Strangers { get; protected set; }

    /// <summary>Frames that may be sent now.</summary>
    public int RingRoom => (int)Math.Max(0, Options.RingFrames - (_framesSent - _framesTakenByPeer));

    /// <summary>
    /// Claims ring places for up to <paramref name="frames"/> frames about to be sent; returns how many were granted (property P4).
    /// </summary>
    public int ClaimRing(int frames)
    {
        var granted = Math.Min(frames, RingRoom);
        _framesSent += granted;
        return granted;
    }

    /// <summary>
    /// Gives ring places back to the peer: these frames were taken here. Frames may be under way while an epoch ends: those of an
    /// earlier one took no place of this ring, and those of a later one are credited when this end begins it.
    /// </summary>
    /// <param name="epoch">In which they were sent (<see cref="Wire.FrameBatch.RingEpoch"/>).</param>
    public void TookFrames(int frames, ulong epoch)
    {
        if (epoch > Epoch)
        {
            if (epoch != _laterEpoch) (_laterEpoch, _laterTaken) = (epoch, 0);
            _laterTaken += frames;
        }

        if (epoch != Epoch) return;
        _framesTaken += frames;
        // Half a ring of credit is worth an envelope of its own; less travels with the next one.
        if (_framesTaken - _framesTakenTold >= Options.RingFrames / 4) _owesEnvelope = true;
    }

    private long _framesTakenTold;
    private ulong _laterEpoch;
    private long _laterTaken;

    /// <summary>The next envelope to send now, if any. Call until false after every other call, and by timer.</summary>
    public bool TryTakeEnvelope(long nowMs, out PcieEnvelope envelope)
    {
        if (IsMute)
        {
            envelope = _owesEnvelope ? Seal(0, [], nowMs) with { IsCreditOnly = true } : null!;
            return envelope is not null;
        }

        if (CanSpeak && TakeDue(nowMs, out var sequence))
        {
            envelope = Seal(sequence, _due.ToArray(), nowMs);
            return true;
        }

        if (_owesEnvelope || nowMs - _lastEnvelopeMs >= Options.KeepaliveMs)
        {
            envelope = Seal(0, [], nowMs);
            return true;
        }

        envelope = null!;
        return false;
    }

    /// <summary>Ready to carry messages: the NIC is not before it knows an epoch.</summary>
    protected abstract bool CanSpeak { get; }

    protected abstract ulong Incarnation { get; }

    /// <summary>Says and hears nothing; only the rings' places are given back.</summary>
    protected virtual bool IsMute => false;

    /// <inheritdoc cref="PcieEnvelope.To"/>
    protected virtual ulong To => 0;

    /// <inheritdoc cref="PcieEnvelope.LeaseUntilMs"/>
    protected virtual long LeaseUntilMs => 0;

    /// <summary>What the last envelope said of it.</summary>
    protected long LeaseToldMs { get; private set; }

    /// <summary>The peer is to hear, messages or not.</summary>
    protected void OweEnvelope() => _owesEnvelope = true;

    /// <summary>A message is sent for the first time; from now on nobody changes it.</summary>
    protected virtual void Sending(PcieMessage message)
    {
    }

    /// <summary>May one more message be under way, for reasons of the one who is to do what it asks?</summary>
    protected virtual bool HasRequestRoom => true;

    /// <summary>Own messages that the peer is known to have received, up to this sequence number.</summary>
    protected ulong AcknowledgedSequence { get; private set; }

    protected int WaitingCount => _waiting.Count;

    /// <summary>Room in the window, for a sender that makes its messages only when they can go.</summary>
    protected bool HasWindowRoom => _waiting.Count == 0 && _inFlight.Count < Options.Window;

    /// <summary>The sequence number that the next message handed to <see cref="Enqueue"/> will have.</summary>
    protected ulong NextSequence => _lastSent + (ulong)_waiting.Count + 1;

    protected void Enqueue(PcieMessage message) => _waiting.Enqueue(message);

    /// <summary>Begins an epoch: nothing of an earlier one is sent or delivered any more.</summary>
    protected void Begin(ulong epoch)
    {
        Epoch = epoch;
        _waiting.Clear();
        _inFlight.Clear();
        _ready.Clear();
        _early.Clear();
        _lastSent = _received = AcknowledgedSequence = 0;
        _framesSent = _framesTakenByPeer = _framesTaken = _framesTakenTold = 0;
        if (epoch == _laterEpoch) _framesTaken = _laterTaken;
        _owesEnvelope = true;
    }

    /// <summary>Takes an envelope of the current epoch; messages that are now in order come out of <see cref="TryDeliver"/>.</summary>
    protected void Accept(PcieEnvelope envelope)
    {
        AcceptCredit(envelope);
        AcknowledgedSequence = Math.Max(AcknowledgedSequence, envelope.Acknowledged);
        var acknowledged = 0;
        while (acknowledged < _inFlight.Count && _inFlight[acknowledged].Sequence <= envelope.Acknowledged) acknowledged++;
        _inFlight.RemoveRange(0, acknowledged);
        if (envelope.Messages.Length == 0) return;
        _owesEnvelope = true;
        for (var i = 0; i < envelope.Messages.Length; i++) Take(envelope.Sequence + (ulong)i, envelope.Messages[i]);
    }

    private void Take(ulong sequence, PcieMessage message)
    {
        var next = _received + (ulong)_ready.Count + 1;
        if (sequence != next)
        {
            if (sequence < next || !_early.TryAdd(sequence, message)) Duplicates++;
            return;
        }

        _ready.Enqueue(message);
        if (_early.Count == 0) return;
        while (_early.Remove(++next, out var early)) _ready.Enqueue(early);
    }

    /// <summary>Takes of an envelope of the current epoch only what it says of frames.</summary>
    protected void AcceptCredit(PcieEnvelope envelope) =>
        _framesTakenByPeer = Math.Max(_framesTakenByPeer, envelope.FramesTaken);

    /// <summary>The next message in order (property P1).</summary>
    protected bool TryDeliver(out ulong sequence, out PcieMessage message)
    {
        sequence = _received + 1;
        if (!_ready.TryDequeue(out message!)) return false;
        _received = sequence;
        return true;
    }

    /// <summary>Fills <see cref="_due"/> with what goes into the next envelope: late messages first, then new ones.</summary>
    private bool TakeDue(long nowMs, out ulong sequence)
    {
        _due.Clear();
        sequence = 0;
        if (nowMs >= _nothingDueBeforeMs && TakeLate(nowMs, out sequence)) return true;
        while (_due.Count < Options.EnvelopeMessages && _inFlight.Count < Options.Window && HasRequestRoom
            && _waiting.TryDequeue(out var message))
        {
            Sending(message);
            var sent = new InFlight(++_lastSent, message, nowMs + Options.FirstRetransmitMs, Options.FirstRetransmitMs);
            if (_due.Count == 0) sequence = sent.Sequence;
            _nothingDueBeforeMs = Math.Min(_nothingDueBeforeMs, sent.DueMs);
            _inFlight.Add(sent);
            _due.Add(message);
        }

        return _due.Count > 0;
    }

    /// <summary>The first unacknowledged message that is to be sent again, and those right behind it that are, too.</summary>
    private bool TakeLate(long nowMs, out ulong sequence)
    {
        // Due times are not sorted after retransmissions, so all are looked at, but not for every envelope.
        var firstDueMs = long.MaxValue;
        sequence = 0;
        for (var i = 0; i < _inFlight.Count && _due.Count < Options.EnvelopeMessages; i++)
        {
            var late = _inFlight[i];
            firstDueMs = Math.Min(firstDueMs, late.DueMs);
            if (late.DueMs > nowMs && _due.Count > 0) break;
            if (late.DueMs > nowMs) continue;
            var delayMs = Math.Min(late.DelayMs * 2, Options.FirstRetransmitMs * 16);
            _inFlight[i] = late with { DelayMs = delayMs, DueMs = nowMs + delayMs };
            Retransmissions++;
            if (_due.Count == 0) sequence = late.Sequence;
            _due.Add(late.Message);
        }

        if (_due.Count == 0) _nothingDueBeforeMs = firstDueMs;
        return _due.Count > 0;
    }

    private PcieEnvelope Seal(ulong sequence, PcieMessage[] messages, long nowMs)
    {
        _owesEnvelope = false;
        _lastEnvelopeMs = nowMs;
        (_framesTakenTold, LeaseToldMs) = (_framesTaken, LeaseUntilMs);
        // With nothing new to say it is the same one again: an idle server's NIC allocates nothing.
        if (messages.Length == 0 && _empty is { } empty && empty.Epoch == Epoch && empty.Incarnation == Incarnation
            && empty.Acknowledged == _received && empty.FramesTaken == _framesTaken && empty.Asked == NextSequence - 1
            && empty.To == To && empty.LeaseUntilMs == LeaseToldMs)
            return empty;
        var envelope = new PcieEnvelope(Epoch, Incarnation, sequence, messages, _received, _framesTaken)
        {
            Asked = NextSequence - 1, To = To, LeaseUntilMs = LeaseToldMs,
        };
        if (messages.Length == 0) _empty = envelope;
        return envelope;
    }
}
