namespace Fabric.Actors.Protocol;

/// <summary>Answered by <see cref="PingReply"/> when the run is over.</summary>
/// <param name="Destination">Address.</param>
/// <param name="RunId">Travels in the payload; 0 lets the server choose one.</param>
/// <param name="TraceId">Mark every frame of the run with this trace; 0 for none.</param>
/// <param name="Forget">Forget the neighbour first, so that address resolution is part of the run.</param>
public sealed record RunPing(
    string Vm, string Destination, int Count, int PayloadSize, int IntervalMs, int TimeoutMs, uint RunId, uint TraceId,
    bool Forget) : IServerMessage;
