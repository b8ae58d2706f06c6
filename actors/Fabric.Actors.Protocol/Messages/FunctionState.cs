using Fabric.Topology;

namespace Fabric.Actors.Protocol;

/// <summary>What has been changed of a server's SR-IOV since its topology was declared. A new declaration forgets it.</summary>
/// <param name="Eswitch">Null: as declared.</param>
/// <param name="Overrides">By index of the VF.</param>
/// <param name="Places">VFs of VMs that have another than declared; -1: none.</param>
public sealed record FunctionState(
    EswitchKind? Eswitch, IReadOnlyList<int> Destroyed, IReadOnlyDictionary<int, FunctionOverride> Overrides,
    IReadOnlyDictionary<string, int> Places)
{
    public static FunctionState AsDeclared { get; } = new(null, [], new Dictionary<int, FunctionOverride>(), new Dictionary<string, int>());
}
