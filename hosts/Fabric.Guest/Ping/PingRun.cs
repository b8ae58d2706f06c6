using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>A running or finished ping; read it between turns of its guest.</summary>
public sealed class PingRun
{
    private readonly PingEcho[] _echoes;
    private int _firstOpen;

    internal PingRun(IpAddress destination, PingOptions options, ushort identifier, uint runId, long nowUs)
    {
        Destination = destination;
        Options = options;
        Identifier = identifier;
        RunId = runId;
        StartedUs = nowUs;
        _echoes = new PingEcho[options.Count];
        for (var i = 0; i < _echoes.Length; i++) _echoes[i] = new PingEcho(i + 1, 0, 0, 0, PingError.NotSent);
    }

    public IpAddress Destination { get; }

    public PingOptions Options { get; }

    public ushort Identifier { get; }

    public uint RunId { get; }

    public long StartedUs { get; }

    /// <summary>One element per echo, those not sent yet included.</summary>
    public IReadOnlyList<PingEcho> Echoes => _echoes;

    public int Sent { get; private set; }

    public int Received { get; private set; }

    /// <summary>Echoes given up: the errors other than NotSent and Waiting.</summary>
    public int Failed { get; private set; }

    /// <summary>Answers to an echo already answered.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Right answers after their time-out.</summary>
    public int Late { get; private set; }

    /// <summary>How long the first echo waited for the next hop's MAC, µs; null when it was known.</summary>
    public long? ResolutionUs { get; private set; }

    public bool IsDone => Received + Failed == _echoes.Length;

    internal IpAddress NextHop { get; set; }

    internal long NextSendUs => Sent < _echoes.Length ? StartedUs + Sent * (Options.IntervalMs * 1000L) : long.MaxValue;

    /// <summary>When the oldest echo still waited for is overdue.</summary>
    internal long NextTimeoutUs => _firstOpen < Sent ? _echoes[_firstOpen].SentUs + Options.TimeoutMs * 1000L : long.MaxValue;

    /// <summary>Gives up what is overdue.</summary>
    internal void Advance(long nowUs)
    {
        for (var i = _firstOpen; i < Sent; i++)
        {
            var echo = _echoes[i];
            if (echo.Error != PingError.Waiting)
            {
                if (i == _firstOpen) _firstOpen++;
                continue;
            }

            if (nowUs - echo.SentUs < Options.TimeoutMs * 1000L) break;
            Fail(i, PingError.Timeout);
            if (i == _firstOpen) _firstOpen++;
        }
    }

    internal bool IsSendDue(long nowUs) => nowUs >= NextSendUs;

    internal ushort BeginSend(long nowUs)
    {
        _echoes[Sent] = new PingEcho(Sent + 1, nowUs, 0, 0, PingError.Waiting);
        return (ushort)++Sent;
    }

    internal void Fail(int index, PingError error)
    {
        if (_echoes[index].Error != PingError.Waiting) return;
        _echoes[index] = _echoes[index] with { Error = error };
        Failed++;
    }

    internal void FailWaiting(PingError error)
    {
        for (var i = _firstOpen; i < Sent; i++) Fail(i, error);
    }

    /// <summary>The frames that waited leave now, so round-trip times count from here.</summary>
    internal void OnResolved(long nowUs, long tookUs)
    {
        ResolutionUs ??= tookUs;
        for (var i = _firstOpen; i < Sent; i++)
        {
            if (_echoes[i].Error == PingError.Waiting && _echoes[i].SentUs >= nowUs - tookUs)
                _echoes[i] = _echoes[i] with { SentUs = nowUs };
        }
    }

    internal void OnReply(int index, int size, bool isIntact, long nowUs)
    {
        var echo = _echoes[index];
        switch (echo.Error)
        {
            case PingError.Waiting when nowUs - echo.SentUs >= Options.TimeoutMs * 1000L:
                Fail(index, PingError.Timeout);
                Late++;
                break;
            case PingError.Waiting when !isIntact:
                Fail(index, PingError.Corrupted);
                break;
            case PingError.Waiting:
                _echoes[index] = echo with { RttUs = nowUs - echo.SentUs, Size = size, Error = PingError.None };
                Received++;
                break;
            case PingError.None:
                Duplicates++;
                break;
            default:
                Late++;
                break;
        }
    }
}
