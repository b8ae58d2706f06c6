namespace Fabric.Actors.Protocol;

/// <param name="Source">VM name.</param>
/// <param name="Destination">VM name, or an IPv4 or IPv6 address.</param>
/// <param name="Count">Echo requests, 1 to 65,535.</param>
/// <param name="PayloadSize">Bytes after the ICMP header (default 56).</param>
/// <param name="IntervalMs">Time between requests, at least 1.</param>
/// <param name="Family">4, 6, or 0 for "IPv4 if both ends have it".</param>
public sealed record PingRequest(
    string Source, string Destination, int Count = 4, int PayloadSize = 56, int IntervalMs = 200, int TimeoutMs = 1000, int Family = 0);
