namespace Fabric.Actors.Protocol;

public sealed record ValidateReply(IReadOnlyList<CheckResult> Checks)
{
    /// <summary>False also when there is nothing to check; callers tell the two apart by <see cref="Checks"/>.</summary>
    public bool Passed => Checks.Count > 0 && Checks.All(c => c.Passed);
}
