using System.Net;

namespace Fabric.Topology;

/// <summary>The network that carries outer packets between VTEPs (<c>underlay:</c>).</summary>
public sealed record UnderlaySpec
{
    public UnderlayMode Mode { get; init; } = UnderlayMode.Direct;

    /// <summary>IPv4. VTEPs without an address of their own take theirs from here, in the order of the servers.</summary>
    public IPNetwork Subnet { get; init; } = DefaultSubnet;

    /// <summary>Largest outer IP packet, bytes.</summary>
    public int Mtu { get; init; } = 1600;

    public static IPNetwork DefaultSubnet { get; } = new(new IPAddress([127, 64, 0, 0]), 16);
}
