namespace Fabric.Actors.Protocol;

/// <param name="Flow">The frame that was sent, OVS text form.</param>
public sealed record TracedSent(string Flow);
