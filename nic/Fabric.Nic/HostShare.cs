using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>Packets and bytes of one flow that the NIC has not counted, so far.</summary>
public readonly record struct HostShare(Ufid Ufid, long Packets, long Bytes);
