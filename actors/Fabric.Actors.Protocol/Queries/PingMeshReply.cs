namespace Fabric.Actors.Protocol;

/// <param name="Within">Pairs of the same overlay, per address family.</param>
/// <param name="Across">Pairs of different overlays: every echo must be lost.</param>
public sealed record PingMeshReply(IReadOnlyList<PingPair> Within, IReadOnlyList<PingPair> Across)
{
    public bool Passed => Within.All(p => p.Received == p.Sent && p.Foreign == 0) && Across.All(p => p.Received == 0 && p.Foreign == 0);
}
