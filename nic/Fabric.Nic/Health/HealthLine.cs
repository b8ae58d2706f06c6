namespace Fabric.Nic;

/// <param name="Detail">What was seen; for a person.</param>
public sealed record HealthLine(string Subject, HealthVerdict Verdict, string Detail);
