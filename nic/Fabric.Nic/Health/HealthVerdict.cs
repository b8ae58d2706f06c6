namespace Fabric.Nic;

/// <summary>Of one line of a health report, worst last but for what was not looked at.</summary>
public enum HealthVerdict
{
    Skipped, Pass, Warn, Fail,
}
