using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>A VF's link came up or went down: told by the VF to the NIC, by that to the kernel, and by that to the agent.</summary>
public sealed record VfLinkChanged(OdpPort Port, bool IsUp);
