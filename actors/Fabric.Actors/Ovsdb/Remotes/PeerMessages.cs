namespace Fabric.Actors;

/// <summary>A peer was accepted, or reached.</summary>
internal sealed record PeerConnected(RemoteState Remote, PeerConnection Connection);

/// <summary>An active remote could not be reached, or a passive one cannot accept for the moment.</summary>
internal sealed record PeerFailed(RemoteState Remote, string Reason);

internal sealed record PeerReceived(PeerConnection Connection);

internal sealed record PeerSent(PeerConnection Connection);

internal sealed record PeerClosed(PeerConnection Connection, string Reason);

/// <summary>A peer whose handshake failed, for the log.</summary>
internal sealed record PeerRefused(RemoteState Remote, string Peer, string Reason);

/// <summary>To the owner itself, after a pause.</summary>
internal sealed record RetryRemote(RemoteState Remote);
