using Akka.Actor;
using Akka.Event;

namespace Fabric.Actors;

/// <summary>
/// Devices for tests that are joined by sockets: options <c>pstream</c> and <c>stream</c> of an interface say where one listens and whom
/// the other calls. What one sends the other receives. It belongs to the actor of the switch, whose turns it runs in.
/// </summary>
internal sealed class DummyStreams : ISessions<DummyStream>, IDisposable
{
    private readonly RemoteSet<DummyStream> _remotes;
    private readonly string _runDirectory;
    private readonly FabricClock _clock;
    private readonly Dictionary<string, List<DummyStream>> _streams = [];

    public DummyStreams(IActorRef owner, ILoggingAdapter log, IScheduler scheduler, string runDirectory, FabricClock clock)
    {
        _remotes = new RemoteSet<DummyStream>(this, owner, log, scheduler);
        (_runDirectory, _clock) = (runDirectory, clock);
    }

    /// <summary>Follows the options of the interfaces, by their names.</summary>
    public void Update(IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string>>> interfaces)
    {
        var wanted = new Dictionary<string, (Remote, RemoteOptions)>(StringComparer.Ordinal);
        foreach (var (name, options) in interfaces)
        {
            // One that has both has neither, as in OVS.
            var text = options.GetValueOrDefault("pstream") ?? options.GetValueOrDefault("stream");
            if (text is null || (options.ContainsKey("pstream") && options.ContainsKey("stream"))) continue;
            if (!Remote.TryParse(text, _runDirectory, 0, out var remote, out _)) continue;
            wanted.Add(KeyOf(name), (remote, RemoteOptions.Near(remote)));
        }

        _remotes.Update(wanted);
    }

    /// <summary>False for what concerns none of these connections.</summary>
    /// <param name="receive">Takes a frame that a device received.</param>
    public bool TryTake(PeerEvent happened, Action<string, byte[]> receive)
    {
        var nowMs = _clock.NowMs;
        switch (happened)
        {
            case PeerConnected connected when _remotes.IsInForce(connected.Remote): _remotes.OnConnected(connected, nowMs); break;
            case PeerReceived { Connection: { Session: DummyStream stream } connection }:
                connection.WantsReceive = true;
                foreach (var frame in stream.Receive(connection.Received)) receive(stream.Device, frame);
                _remotes.Pump(connection, nowMs);
                break;
            case PeerSent { Connection: { Session: DummyStream } connection }:
                connection.IsSending = false;
                _remotes.Pump(connection, nowMs);
                break;
            case PeerClosed { Connection.Session: DummyStream } closed: _remotes.OnClosed(closed, nowMs); break;
            case PeerFailed failed when _remotes.IsInForce(failed.Remote): _remotes.OnFailed(failed); break;
            case RetryRemote retry when _remotes.IsInForce(retry.Remote): _remotes.Retry(retry.Remote); break;
            default: return false;
        }

        return true;
    }

    /// <summary>The device has sent a frame.</summary>
    public void Send(string device, ReadOnlySpan<byte> frame)
    {
        if (!_streams.TryGetValue(device, out var streams)) return;
        foreach (var stream in streams.ToArray())
        {
            stream.Send(frame);
            _remotes.Pump(stream, _clock.NowMs);
        }
    }

    /// <summary>Whether the device that calls another has reached it; null for one that does not call.</summary>
    public bool? IsConnected(string device) =>
        _remotes.Find(KeyOf(device)) is { Remote.IsPassive: false } state ? state.IsConnected : null;

    public void Dispose() => _remotes.Dispose();

    DummyStream ISessions<DummyStream>.Connect(PeerConnection connection, RemoteState remote, long nowMs)
    {
        var stream = new DummyStream(remote.Key[KeyOf("").Length..]);
        if (!_streams.TryGetValue(stream.Device, out var streams)) _streams.Add(stream.Device, streams = []);
        streams.Add(stream);
        return stream;
    }

    int ISessions<DummyStream>.TakeOutput(DummyStream stream, Span<byte> buffer, long nowMs) => stream.TakeOutput(buffer);

    bool ISessions<DummyStream>.WantsInput(DummyStream stream) => true;

    string? ISessions<DummyStream>.CloseReason(DummyStream stream) => stream.IsBroken ? "Protocol error" : null;

    void ISessions<DummyStream>.Close(DummyStream stream, string reason)
    {
        if (_streams.TryGetValue(stream.Device, out var streams)) streams.Remove(stream);
    }

    /// <summary>Keys of remotes are unique in a set; devices have one each.</summary>
    private static string KeyOf(string device) => "device " + device;
}
