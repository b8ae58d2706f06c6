namespace Fabric.Topology;

/// <summary>A peer and where it stands, for those who find that an address of theirs is its.</summary>
internal sealed record ResolvedPeer(PeerSpec Peer, NamedEntry Entry);
