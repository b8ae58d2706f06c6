namespace Fabric.Actors.Protocol;

/// <param name="Port">Datapath port number of the VF's representor.</param>
/// <param name="Vm">Empty when no VM has it.</param>
/// <param name="Dropped">Frames from and to the VM that its VF or the card dropped; <paramref name="Drops"/> says why.</param>
/// <param name="Waiting">Frames that wait for the VF's rate.</param>
public sealed record VfState(
    string Server, string Name, uint Port, string Vm, string Mac, bool LinkUp,
    long RxFrames, long RxBytes, long TxFrames, long TxBytes, long Dropped,
    VfAttributes Attributes, IReadOnlyDictionary<string, long> Drops, int Waiting);
