using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>A VF's link went up or down.</summary>
public readonly record struct VfLinkNews(OdpPort Vf, bool IsUp);
