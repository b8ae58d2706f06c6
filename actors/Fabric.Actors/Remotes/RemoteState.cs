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

    /// <summary>Why it does not listen or is not connected; null when it does or is.</summary>
    public string? Failure { get; set; }

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
        (ConnectedMs, Failure) = (nowMs, null);
        _backoffMs = Options.MinBackoffMs;
    }

    public void Disconnected(PeerConnection connection, string reason, long nowMs)
    {
        if (Connections.Remove(connection)) (DisconnectedMs, Failure) = (nowMs, reason);
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
