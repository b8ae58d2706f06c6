namespace Fabric.Actors.Protocol;

/// <summary>One line of a server's health report.</summary>
/// <param name="Verdict">PASS, WARN, FAIL or SKIPPED.</param>
public sealed record HealthState(string Server, string Subject, string Verdict, string Detail);
