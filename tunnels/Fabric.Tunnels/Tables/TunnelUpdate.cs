using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Tunnels;

/// <summary>
/// One change of the <see cref="TunnelTables"/>: the language in which the host keeps its NIC synchronised. Each is idempotent: adding what
/// is there replaces it, removing what is not there does nothing, so a repeated message does no harm.
/// </summary>
public abstract record TunnelUpdate;

public sealed record AddTunnelPort(TunnelPort Port) : TunnelUpdate;

public sealed record RemoveTunnelPort(OdpPort Port) : TunnelUpdate;

/// <summary>An address of this host's VTEP; frames from it leave with <paramref name="Mac"/>.</summary>
public sealed record AddLocalAddress(IpAddress Address, MacAddress Mac, OdpPort PhysicalPort) : TunnelUpdate;

public sealed record RemoveLocalAddress(IpAddress Address) : TunnelUpdate;

/// <summary>Accept packets of this VNI from this remote VTEP.</summary>
public sealed record AddPeer(TunnelType Type, Vni Vni, IpAddress Remote) : TunnelUpdate;

public sealed record RemovePeer(TunnelType Type, Vni Vni, IpAddress Remote) : TunnelUpdate;

/// <param name="PrefixLength">0 to 32 or 128.</param>
/// <param name="Gateway">Null when the destination itself is the neighbour.</param>
/// <param name="Source">Outer source address when the tunnel metadata names none.</param>
public sealed record SetRoute(IpAddress Prefix, int PrefixLength, IpAddress? Gateway, OdpPort Egress, IpAddress Source) : TunnelUpdate;

public sealed record RemoveRoute(IpAddress Prefix, int PrefixLength) : TunnelUpdate;

public sealed record SetNeighbour(IpAddress Address, MacAddress Mac) : TunnelUpdate;

public sealed record RemoveNeighbour(IpAddress Address) : TunnelUpdate;

/// <param name="Mtu">Longest outer IP packet, bytes.</param>
public sealed record SetEgressMtu(OdpPort Port, int Mtu) : TunnelUpdate;

/// <summary>A GENEVE option that somebody here understands, so that it may be critical.</summary>
public sealed record AddKnownOption(ushort OptionClass, byte Type) : TunnelUpdate;

public sealed record RemoveKnownOption(ushort OptionClass, byte Type) : TunnelUpdate;
