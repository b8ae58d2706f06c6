namespace Fabric.Actors.Protocol;

public sealed record VmState(
    string Name, string Overlay, string Server, string Vf, string Mac, IReadOnlyList<string> Addresses, string State,
    long RxFrames, long TxFrames, long Drops);
