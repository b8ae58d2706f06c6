namespace Fabric.Actors;

/// <summary>A kernel datapath's state for a report.</summary>
/// <param name="L3Frames">Frames that its flows answered.</param>
public sealed record KernelPartState(long L3Frames, int Flows, int Offloaded, PartAccount Account);
