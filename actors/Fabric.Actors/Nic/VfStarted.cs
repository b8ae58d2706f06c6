using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>A VF asks the NIC for the state of its link. Answered by <see cref="VfCarrier"/>.</summary>
public sealed record VfStarted(OdpPort Port);
