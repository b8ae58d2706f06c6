using Fabric.Topology;

namespace Fabric.Actors.Protocol;

/// <summary>A server's SR-IOV: as declared, with the changes made since.</summary>
/// <param name="Revision">Grows with every change under one <see cref="ServerPlan.Epoch"/>; an older one never wins.</param>
/// <param name="Destroyed">VFs that do not exist; all others up to <see cref="NicPlan.Vfs"/> do.</param>
/// <param name="Functions">Those that exist and of which there is something to say.</param>
public sealed record FunctionsPlan(
    long Revision, EswitchKind Eswitch, IReadOnlyList<int> Destroyed, IReadOnlyList<FunctionPlan> Functions)
{
    /// <summary>Nobody has said anything.</summary>
    public static FunctionsPlan Plain { get; } = new(0, EswitchKind.Switchdev, [], []);

    public bool IsLegacy => Eswitch == EswitchKind.Legacy;
}
