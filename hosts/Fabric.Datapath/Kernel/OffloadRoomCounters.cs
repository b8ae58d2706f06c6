namespace Fabric.Datapath;

/// <summary>How flows fare that the NIC has no room for.</summary>
/// <param name="Waiting">Flows that wait for room now.</param>
/// <param name="Offered">Times that such a flow was offered again.</param>
/// <param name="Taken">Of these, how often the NIC took it.</param>
/// <param name="Swapped">Flows taken from the NIC because others are busier.</param>
public readonly record struct OffloadRoomCounters(int Waiting, long Offered, long Taken, long Swapped);
