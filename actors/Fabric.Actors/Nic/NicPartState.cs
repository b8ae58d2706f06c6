using Fabric.Actors.Protocol;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A NIC's state for a report.</summary>
public sealed record NicPartState(long L1Frames, long L2Frames, int FlowsL1, int FlowsL2, PartAccount Account, PartAccount Physical,
    IReadOnlyList<HealthLine> Health, IReadOnlyList<NicFunctionState> Functions, NicState Tables)
{
    public static NicPartState Of(SmartNic nic, FrameAccount physical, long nowMs) => new(
        nic.Counters.L1Frames, nic.Counters.L2Frames, nic.L1.Count, nic.L2.Count,
        PartAccount.Of("nic", nic.Account, nic.QueuedFrames), PartAccount.Of(ServerPorts.Physical, physical, 0),
        NicHealth.Of(nic, nowMs), NicFunctions.StatesOf(nic), NicTables.Of(nic));
}
