namespace Fabric.Actors.Protocol;

/// <param name="Tiers">Frames answered by each tier since the server started.</param>
/// <param name="Imbalance">Conservation account of the whole server: 0 when no frame is unaccounted for.</param>
public sealed record ServerState(
    string Name, string Rack, string Node, string Vtep, string State, long Epoch, int Vms,
    TierCounts Tiers, int FlowsL1, int FlowsL2, int FlowsL3, int FlowsOffloaded, int Rules,
    IReadOnlyDictionary<string, long> Drops, long Imbalance, ModelledCost Modelled)
{
    /// <summary>switchdev or legacy.</summary>
    public string Eswitch { get; init; } = "switchdev";

    /// <summary>VFs that exist, and that can.</summary>
    public int VfCount { get; init; }

    public int VfLimit { get; init; }
}
