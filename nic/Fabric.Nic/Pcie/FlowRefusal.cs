using Fabric.Datapath;

namespace Fabric.Nic;

/// <summary>Why the NIC does not execute one flow of a <see cref="FlowModify"/>.</summary>
/// <param name="Index">Its place among the flows of the request.</param>
/// <param name="Final">The last statistics of a flow that it executed until now.</param>
/// <param name="IsPartial">Frames of the flow come to the host with its mark.</param>
public sealed record FlowRefusal(int Index, string Reason, OffloadStatistics? Final, bool IsPartial);
