namespace Fabric.Agent;

/// <summary>What the other end of a session last said.</summary>
/// <param name="Multiplier">0 before it said anything.</param>
internal readonly record struct BfdPeer(
    BfdState State, BfdDiagnostic Diagnostic, BfdFlags Flags, uint Discriminator, int Multiplier, long MinTxMs, long MinRxMs)
{
    public static BfdPeer Unknown { get; } = new(BfdState.Down, BfdDiagnostic.None, BfdFlags.None, 0, 0, 0, 1);
}
