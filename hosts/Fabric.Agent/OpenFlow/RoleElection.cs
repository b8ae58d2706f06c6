namespace Fabric.Agent;

/// <summary>
/// The number that a controller quotes to become primary or secondary; one that is behind the last is stale (OpenFlow 1.2 section A.3.9).
/// </summary>
internal sealed class RoleElection
{
    public ulong? GenerationId { get; private set; }

    /// <summary>False when <paramref name="id"/> is behind. Ids wrap, so the difference is taken as a signed number.</summary>
    public bool TryAdvance(ulong id)
    {
        if (GenerationId is { } last && unchecked((long)(id - last)) < 0) return false;
        GenerationId = id;
        return true;
    }
}
