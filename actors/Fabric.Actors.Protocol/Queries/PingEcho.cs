namespace Fabric.Actors.Protocol;

/// <param name="RttUs">Round-trip time in microseconds; null when lost.</param>
/// <param name="Error">Why there was no reply: <c>timeout</c>, <c>unresolved</c>, or an ICMP error's name.</param>
public sealed record PingEcho(int Sequence, long? RttUs, string? Error);
