namespace Fabric.Actors;

/// <summary>A VF's counters, from the VM's side.</summary>
public sealed record VfPartState(
    string Name, long RxFrames, long RxBytes, long TxFrames, long TxBytes, PartAccount Account);
