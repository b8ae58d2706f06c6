using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>A route of the agent.</summary>
/// <param name="PrefixLength">Within the address's family.</param>
/// <param name="Mark">Packets with this <c>pkt_mark</c> only; 0 is every packet's last resort.</param>
/// <param name="Gateway">Unspecified: the network is directly attached.</param>
/// <param name="Source">Address that tunnelled packets get.</param>
/// <param name="IsUser">Made by <c>ovs/route/add</c>, not copied from the system.</param>
public sealed record RouteEntry(
    IpAddress Network, int PrefixLength, uint Mark, string Device, IpAddress Gateway, IpAddress Source, bool IsUser)
{
    /// <summary>The address of the system itself.</summary>
    public bool IsLocal { get; init; }
}
