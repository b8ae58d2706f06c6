using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// A remote that is in force: its listener or its next attempt, and its connections. Belongs to the actor whose peers they are.
/// </summary>
internal sealed class RemoteState(string key, Remote remote, RemoteOptions options) : IDisposable
{
    private int _backoffMs = options.MinBackoffMs;

    /// <summary>What its set knows it by.</summary>
    public string Key { get; } = key;

    public Remote Remote { get; } = remote;

    /// <summary>For connections that are made from now on.</summary>
    public RemoteOptions Options { get; set; } = options;

    public IRemoteListener? Listener { get; private set; }

    public HashSet<PeerConnection> Connections { get; } = [];

    /// <summary>
    /// Why the last connection or attempt ended, as in <see cref="ErrorWords"/>; null when nothing was wrong. It stays when a connection
    /// is made, as in OVS.
    /// </summary>
    public string? LastError { get; set; }

    /// <summary>What the log was told of it since it last worked.</summary>
    public string? Told { get; set; }

    /// <summary>When a connection was last made and last lost; null: never.</summary>
    public long? ConnectedMs { get; private set; }

    public long? DisconnectedMs { get; private set; }

    public bool IsConnected => Connections.Count > 0;

    /// <summary>As lib/reconnect.c names it.</summary>
    public string State => IsConnected ? "ACTIVE" : Remote.IsPassive ? "LISTENING" : "BACKOFF";

    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be bound.</exception>
    /// <exception cref="IOException">Nor can the path; or a file of TLS cannot be read.</exception>
    public void Open(IActorRef owner, Func<TlsFiles?> tls)
    {
        if (Remote.Network is { } network)
        {
            if (Remote.IsPassive) Listener = network.Listen(this, owner);
            else network.Dial(this, owner);
        }
        else if (Remote.IsPassive) Listener = RemoteListener.Open(this, owner, tls);
        else RemoteDialer.Dial(this, owner, tls);
    }

    public void Connected(PeerConnection connection, long nowMs)
    {
        Connections.Add(connection);
        (ConnectedMs, Told) = (nowMs, null);
        _backoffMs = Options.MinBackoffMs;
    }

    /// <param name="error">As <see cref="LastError"/>.</param>
    public void Disconnected(PeerConnection connection, string? error, long nowMs)
    {
        if (Connections.Remove(connection)) (DisconnectedMs, LastError) = (nowMs, error);
    }

    /// <summary>How long to wait before the next attempt.</summary>
    public int TakeBackoffMs()
    {
        var now = Math.Min(_backoffMs, Math.Max(Options.MinBackoffMs, Options.MaxBackoffMs));
        _backoffMs = 2 * now;
        return now;
    }

    public void Dispose()
    {
        Listener?.Dispose();
        Listener = null;
    }
}
