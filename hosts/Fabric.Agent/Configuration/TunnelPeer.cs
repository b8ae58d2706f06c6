using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>A remote end from which a tunnel port of the configuration expects packets.</summary>
public sealed record TunnelPeer(string Type, uint Vni, IpAddress Remote);
