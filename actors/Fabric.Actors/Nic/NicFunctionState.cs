using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A VF as the NIC has it.</summary>
/// <param name="Waiting">Frames that wait for its rate.</param>
public sealed record NicFunctionState(
    OdpPort Port, string Mac, bool IsUp, bool IsPromiscuous, int Waiting, IReadOnlyDictionary<DropReason, long> Drops);
