namespace Fabric.Actors;

/// <summary>From a listener to its owner.</summary>
/// <param name="Connection">Null when none could be accepted: no descriptor was left, for instance.</param>
internal sealed record UnixctlConnected(PeerConnection? Connection);
