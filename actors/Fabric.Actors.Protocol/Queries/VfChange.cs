namespace Fabric.Actors.Protocol;

/// <summary>A change of one server's SR-IOV; exactly one of the verbs is given. VFs are named <c>vf3</c>.</summary>
/// <param name="Eswitch">switchdev or legacy.</param>
public sealed record VfChange(
    string Server, VfSet? Set = null, VfCreate? Create = null, VfDestroy? Destroy = null, VfMove? Move = null, string? Eswitch = null);
