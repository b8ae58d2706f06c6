namespace Fabric.Actors.Protocol;

/// <param name="Check">As declared, for instance <c>pingall blue within 10s</c>.</param>
/// <param name="Detail">What was measured, one line.</param>
/// <param name="Mesh">The pairs behind a ping check; null for other checks.</param>
public sealed record CheckResult(string Check, bool Passed, string Detail, long TookMs, PingMeshReply? Mesh);
