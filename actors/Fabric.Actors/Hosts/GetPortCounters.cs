namespace Fabric.Actors;

/// <summary>
/// To kernel datapath and NIC: what have your ports counted? Answered by <see cref="PortCounterList"/> with the number of this question.
/// </summary>
public sealed record GetPortCounters(long Round);
