namespace Fabric.Actors;

/// <summary>What the owner of connections hears of them.</summary>
internal abstract record PeerEvent;

/// <summary>A peer was accepted, or reached.</summary>
internal sealed record PeerConnected(RemoteState Remote, PeerConnection Connection) : PeerEvent;

/// <summary>An active remote could not be reached, or a passive one cannot accept for the moment.</summary>
/// <param name="Reason">As in <see cref="ErrorWords"/>.</param>
/// <param name="Detail">For the log.</param>
internal sealed record PeerFailed(RemoteState Remote, string Reason, string Detail) : PeerEvent;

internal sealed record PeerReceived(PeerConnection Connection) : PeerEvent;

internal sealed record PeerSent(PeerConnection Connection) : PeerEvent;

internal sealed record PeerClosed(PeerConnection Connection, string Reason) : PeerEvent;

/// <summary>A peer whose handshake failed, for the log.</summary>
internal sealed record PeerRefused(RemoteState Remote, string Peer, string Reason) : PeerEvent;

/// <summary>To the owner itself, after a pause.</summary>
internal sealed record RetryRemote(RemoteState Remote) : PeerEvent;
