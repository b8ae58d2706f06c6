namespace Fabric.OpenFlow;

/// <summary>
/// When to try again to reach a controller, and what its row in the database says (OVS: <c>lib/rconn.c</c>, which is not
/// <c>lib/reconnect.c</c>: that one is OVSDB's).
///
/// 1. The first attempt is at once. Behind a connection that lived as long as the back-off, or longer, the wait is 1 s; else it doubles up
///    to the maximum, 8 s unless configured.
/// 2. An attempt may take as long as the wait before it, at least 1 s.
/// </summary>
public sealed class ReconnectLaw(long nowMs, int maxBackoffMs = 8000)
{
    private const int MinBackoffMs = 1000;

    private readonly int _maxBackoffMs = Math.Max(maxBackoffMs, MinBackoffMs);
    private long _enteredMs = nowMs;
    private long _steadyMs = long.MinValue;

    public ReconnectState State { get; private set; } = ReconnectState.Backoff;

    public string StateName => State.ToString().ToUpperInvariant();

    public int BackoffMs { get; private set; }

    public bool IsConnected => State is ReconnectState.Active or ReconnectState.Idle;

    /// <summary>Null before the first.</summary>
    public long? LastConnectedMs { get; private set; }

    /// <inheritdoc cref="LastConnectedMs"/>
    public long? LastDisconnectedMs { get; private set; }

    /// <summary>Why the last connection ended or attempt failed, as the row says it; null before that.</summary>
    public string? LastError { get; private set; }

    /// <summary>When <see cref="ShouldConnect"/> or <see cref="HasTimedOut"/> becomes true.</summary>
    public long DueMs => State switch
    {
        ReconnectState.Backoff => _enteredMs + BackoffMs,
        ReconnectState.Connecting => _enteredMs + Math.Max(MinBackoffMs, BackoffMs),
        _ => long.MaxValue,
    };

    public bool ShouldConnect(long nowMs) => State == ReconnectState.Backoff && nowMs >= DueMs;

    public bool HasTimedOut(long nowMs) => State == ReconnectState.Connecting && nowMs >= DueMs;

    public void Connecting(long nowMs)
    {
        _steadyMs = nowMs + BackoffMs;
        Enter(ReconnectState.Connecting, nowMs);
    }

    /// <summary>A version is agreed on.</summary>
    public void Connected(long nowMs)
    {
        Enter(ReconnectState.Active, nowMs);
        LastConnectedMs = nowMs;
    }

    public void Probed(long nowMs)
    {
        if (State == ReconnectState.Active) Enter(ReconnectState.Idle, nowMs);
    }

    public void Heard(long nowMs)
    {
        if (State == ReconnectState.Idle) Enter(ReconnectState.Active, nowMs);
    }

    /// <summary>A connection ended, or an attempt failed.</summary>
    public void Disconnected(string error, long nowMs)
    {
        bool hasTimedOut = HasTimedOut(nowMs);
        LastError = error;
        if (State is ReconnectState.Connecting or ReconnectState.Active or ReconnectState.Idle) LastDisconnectedMs = nowMs;
        if (!hasTimedOut && nowMs >= _steadyMs) BackoffMs = MinBackoffMs;
        else BackoffMs = BackoffMs < _maxBackoffMs / 2 ? Math.Max(MinBackoffMs, 2 * BackoffMs) : _maxBackoffMs;
        _steadyMs = nowMs + BackoffMs;
        Enter(ReconnectState.Backoff, nowMs);
    }

    /// <summary>The column <c>status</c> of the controller's row, without counts of packet-ins.</summary>
    public IEnumerable<KeyValuePair<string, string>> Status(long nowMs)
    {
        if (LastError is not null) yield return new("last_error", LastError);
        yield return new("state", StateName);
        if (LastConnectedMs is { } connected) yield return new("sec_since_connect", $"{(nowMs - connected) / 1000}");
        if (LastDisconnectedMs is { } disconnected) yield return new("sec_since_disconnect", $"{(nowMs - disconnected) / 1000}");
    }

    private void Enter(ReconnectState state, long nowMs) => (State, _enteredMs) = (state, nowMs);
}
