using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>Packets and bytes of one flow that the host forwarded.</summary>
public readonly record struct HostShare(Ufid Ufid, long Packets, long Bytes);
