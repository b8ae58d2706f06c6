using Fabric.Guest;

namespace Fabric.Actors;

/// <summary>To a VM on this node: receive and check this load. Answered by <see cref="SinkStarted"/>.</summary>
public sealed record StartSink(TrafficOptions Options);
