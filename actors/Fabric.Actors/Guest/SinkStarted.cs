using Fabric.Guest;

namespace Fabric.Actors;

/// <param name="Checker">Its counters may be read from anywhere; everything else is the VM's.</param>
public sealed record SinkStarted(TrafficChecker Checker);
