namespace Fabric.Guest;

/// <summary>One echo of a run.</summary>
/// <param name="Sequence">From 1.</param>
/// <param name="SentUs">When it left the guest, after address resolution; the clock is the caller's.</param>
/// <param name="RttUs">0 unless <see cref="Error"/> is None.</param>
/// <param name="Size">Echo payload received, bytes.</param>
public readonly record struct PingEcho(int Sequence, long SentUs, long RttUs, int Size, PingError Error);
