using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>One line of a guest's neighbour cache, as shown to an operator.</summary>
public readonly record struct GuestNeighbour(IpAddress Address, MacAddress Mac, NeighbourState State);
