namespace Fabric.Actors.Protocol;

/// <param name="Port">Datapath port number of the VF's representor.</param>
public sealed record VfState(
    string Server, string Name, uint Port, string Vm, string Mac, bool LinkUp,
    long RxFrames, long RxBytes, long TxFrames, long TxBytes, long Dropped);
