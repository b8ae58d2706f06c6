using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// One end of a BFD session: two ends tell each other at agreed intervals that they hear each other, so that either knows within a few of
/// these that the way between them is broken (RFC 5880; OVS: <c>lib/bfd.c</c>). There is one for each interface that is configured to
/// have one. Pure: packets go in and are asked for, time is passed in, and the jitter comes from a seeded generator.
/// <para>All of OVS's rules are kept, its liberties too: a packet belongs to the session of the interface that it came in by, whatever its
/// discriminators say of others.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>D1: a session is up only if the other end says that it hears this one; a packet that is malformed, not from the link, or for
/// another discriminator changes nothing.</item>
/// <item>D2: an end that is up and hears nothing for the other end's multiplier times the longer of both intervals is down.</item>
/// <item>D3: intervals change under an established session only by a poll that the other end has answered; what asks for less of the other
/// end, or promises more to it, holds at once.</item>
/// <item>D4: while it is not up a session sends at most about one packet a second; no interval is exceeded by the jitter.</item>
/// <item>D5: each change of <see cref="IsForwarding"/> is counted as a flap, except while somebody has fixed it by hand.</item>
/// </list>
/// <para>Not modelled: demand mode, echo packets, authentication, several hops.</para>
/// </summary>
public sealed partial class BfdSession
{
    private const int SlowMs = 1_000;

    private readonly Random _random;
    private readonly Func<long> _received;
    private readonly ushort _udpSource;
    private BfdSettings _settings = new();
    private BfdState _state = BfdState.Down;
    private BfdDiagnostic _diagnostic;
    private BfdFlags _flags;

    /// <summary>Configured; what holds follows by <see cref="Poll"/>.</summary>
    private (long TxMs, long RxMs) _wanted;
    private (long TxMs, long RxMs) _polled;
    private (long TxMs, long RxMs) _min = (SlowMs, 0);
    private BfdPeer _peer = BfdPeer.Unknown;
    private long _lastTxMs;

    /// <summary>0: now.</summary>
    private long _nextTxMs;
    private long _detectMs;
    private bool _isForwarding;
    private bool? _verdict;

    /// <param name="discriminator">Not 0, and no other session's of this system.</param>
    /// <param name="udpSource">From 49152 on (RFC 5881 section 4).</param>
    /// <param name="received">How many packets the interface has received.</param>
    public BfdSession(uint discriminator, ushort udpSource, Func<long> received, Random random)
    {
        (Discriminator, _udpSource, _received, _random) = (discriminator, udpSource, received, random);
        HasNews = true;
    }

    public uint Discriminator { get; }

    public BfdState State => _state;

    /// <summary>May packets take this way? As of the last call that told the time.</summary>
    public bool IsForwarding => _verdict ?? _isForwarding;

    public BfdSettings Settings => _settings;

    public long FlapCount { get; private set; }

    /// <summary>What <see cref="Status"/> says has changed since this was last set back.</summary>
    public bool HasNews { get; set; }

    /// <summary>When <see cref="Run"/> or <see cref="Write"/> has something to do; may be in the past.</summary>
    public long WakeMs => (_flags & BfdFlags.Final) != 0 ? 0 : _state > BfdState.Down ? Math.Min(_detectMs, _nextTxMs) : _nextTxMs;

    private bool IsPolling => (_flags & BfdFlags.Poll) != 0;

    /// <summary>RFC 5880 section 6.8.3: not more often than once a second before the session is up.</summary>
    private long MinTxMs => _state == BfdState.Up ? _min.TxMs : Math.Max(_min.TxMs, SlowMs);

    private long TxIntervalMs => Math.Max(MinTxMs, _peer.MinRxMs);

    private long RxIntervalMs => Math.Max(_min.RxMs, _peer.MinTxMs);

    public void Configure(BfdSettings settings, long nowMs)
    {
        var before = _settings;
        _settings = settings;
        var mustPoll = false;
        if (_wanted.TxMs != settings.MinTxMs)
        {
            _wanted.TxMs = settings.MinTxMs;
            if (_state != BfdState.Up || (!IsPolling && _wanted.TxMs < _min.TxMs)) _min.TxMs = _wanted.TxMs;
            mustPoll = true;
        }

        var changesRx = _wanted.RxMs != settings.MinRxMs;
        if (changesRx)
        {
            _wanted.RxMs = settings.MinRxMs;
            if (_state != BfdState.Up || (!IsPolling && _wanted.RxMs > _min.RxMs)) _min.RxMs = _wanted.RxMs;
            mustPoll = true;
        }

        if (changesRx || before.DecayMinRxMs != settings.DecayMinRxMs)
        {
            _isDecayed = false;
            WatchForDecay(nowMs);
            mustPoll = true;
        }

        if (before.IsConcatenatedPathDown != settings.IsConcatenatedPathDown)
        {
            SetState(_state, BfdDiagnostic.None, nowMs);
            mustPoll = true;
        }

        var isUp = _state == BfdState.Up && settings.ForwardsIfReceiving;
        if (isUp && (!before.ForwardsIfReceiving || before.Multiplier != settings.Multiplier)) TrustPackets(nowMs);
        else if (!isUp && before.ForwardsIfReceiving != settings.ForwardsIfReceiving) _trustsPacketsUntilMs = 0;
        if (mustPoll) Poll();
    }

    /// <summary>Follows time.</summary>
    public void Run(long nowMs)
    {
        var wasDecayed = _isDecayed;
        if (_state > BfdState.Down && nowMs >= _detectMs) SetState(BfdState.Down, BfdDiagnostic.Expired, nowMs);
        Reckon(nowMs);
        if (_state == BfdState.Up && _settings.DecayMinRxMs > 0 && nowMs >= _decayDetectMs) TryDecay(nowMs);
        var isRxSettled = _min.RxMs == _wanted.RxMs || _min.RxMs == _settings.DecayMinRxMs;
        if (_min.TxMs != _wanted.TxMs || !isRxSettled || _isDecayed != wasDecayed) Poll();
    }

    public bool MustSend(long nowMs) => (_flags & BfdFlags.Final) != 0 || nowMs >= _nextTxMs;

    /// <summary>Writes the next packet, <see cref="BfdMessage.FrameSize"/> bytes.</summary>
    public void Write(Span<byte> frame, MacAddress source, long nowMs)
    {
        var (txMs, rxMs) = IsPolling ? _polled : (MinTxMs, _min.RxMs);
        new BfdMessage(_state, _diagnostic, _flags, (byte)_settings.Multiplier, Discriminator, _peer.Discriminator, (uint)(txMs * 1_000),
            (uint)(rxMs * 1_000)).Write(frame, source, _udpSource, _settings);
        _flags &= ~BfdFlags.Final;
        _lastTxMs = nowMs;
        PlanNext();
    }

    /// <summary>A frame for this session (RFC 5880 section 6.8.6).</summary>
    public void Receive(ReadOnlySpan<byte> frame, long nowMs)
    {
        _controlPackets++;
        Reckon(nowMs);
        if (BfdMessage.TryParse(frame, out var message) && (message.Yours == 0 || message.Yours == Discriminator)) Take(message, nowMs);
        Reckon(nowMs);
    }

    /// <summary>Fixes <see cref="IsForwarding"/>; null leaves it to the session.</summary>
    public void SetForwarding(bool? verdict) => (_verdict, HasNews) = (verdict, true);

    private void Take(BfdMessage message, long nowMs)
    {
        HasNews |= _peer.State != message.State;
        var minRxMs = Math.Max(message.MinRxUs / 1_000, 1);
        var plansAnew = _peer.MinRxMs != minRxMs && _nextTxMs != 0;
        _peer = new BfdPeer(message.State, message.Diagnostic, message.Flags, message.Mine, message.Multiplier,
            Math.Max(message.MinTxUs / 1_000, 1), minRxMs);
        if ((message.Flags & BfdFlags.Final) != 0 && IsPolling)
        {
            _min = _polled;
            _flags &= ~BfdFlags.Poll;
        }

        // Answered at once; a packet cannot both ask and answer (RFC 5880 section 6.5).
        if ((message.Flags & BfdFlags.Poll) != 0) _flags = (_flags & ~BfdFlags.Poll) | BfdFlags.Final;
        if (plansAnew && _nextTxMs != 0) PlanNext();
        _detectMs = RxIntervalMs * _peer.Multiplier + nowMs;
        var next = Next(message.State);
        if (next != _state) SetState(next, next == BfdState.Down ? BfdDiagnostic.NeighbourDown : _diagnostic, nowMs);
        if (_settings.ForwardsIfReceiving) _needsControlPacketMs = nowMs + 100 * _wanted.RxMs;
    }

    private BfdState Next(BfdState told) => (_state, told) switch
    {
        (BfdState.Down, BfdState.Down) => BfdState.Init,
        (BfdState.Down, BfdState.Init) => BfdState.Up,
        (BfdState.Init, BfdState.Init or BfdState.Up) => BfdState.Up,
        (BfdState.Init, BfdState.AdminDown) => BfdState.Down,
        (BfdState.Up, BfdState.Down or BfdState.AdminDown) => BfdState.Down,
        _ => _state,
    };

    /// <summary>Asks the other end to take note of what is wanted by now; until it answers, the old intervals hold.</summary>
    private void Poll()
    {
        if (_state <= BfdState.Down || (_flags & (BfdFlags.Poll | BfdFlags.Final)) != 0) return;
        _polled = (_wanted.TxMs, _isDecayed ? _settings.DecayMinRxMs : _wanted.RxMs);
        _flags |= BfdFlags.Poll;
        _nextTxMs = 0;
    }

    /// <summary>RFC 5880 section 6.8.7: up to a quarter early, and at least a tenth where one packet must do.</summary>
    private void PlanNext()
    {
        var percent = _settings.Multiplier == 1 ? 10 + _random.Next(16) : _random.Next(26);
        _nextTxMs = _lastTxMs + TxIntervalMs - TxIntervalMs * percent / 100;
    }

    private void SetState(BfdState state, BfdDiagnostic diagnostic, long nowMs)
    {
        if (_settings.IsConcatenatedPathDown) diagnostic = BfdDiagnostic.ConcatenatedPathDown;
        if (_state == state && _diagnostic == diagnostic) return;
        (_state, _diagnostic, HasNews) = (state, diagnostic, true);
        if (state <= BfdState.Down)
        {
            // Its multiplier stays known, as in OVS.
            _peer = BfdPeer.Unknown with { Multiplier = _peer.Multiplier };
            if (_isDecayed) (_min.RxMs, _isDecayed) = (_wanted.RxMs, false);
        }

        if (state == BfdState.Up && _settings.DecayMinRxMs > 0) WatchForDecay(nowMs);
    }

    /// <summary>Follows what <see cref="IsForwarding"/> depends on: before and after each change, so that no flap is missed.</summary>
    private void Reckon(long nowMs)
    {
        if (_verdict is not null) return;
        var forwards = (_state == BfdState.Up || MayTrustPackets(nowMs)) && _peer.Diagnostic is not (BfdDiagnostic.PathDown
            or BfdDiagnostic.ConcatenatedPathDown or BfdDiagnostic.ReverseConcatenatedPathDown);
        if (forwards == _isForwarding) return;
        _isForwarding = forwards;
        FlapCount++;
        HasNews = true;
    }
}
