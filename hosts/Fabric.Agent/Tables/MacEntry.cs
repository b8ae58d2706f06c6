using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <param name="Vlan">0 for untagged.</param>
/// <param name="IsStatic">Put by hand (<c>fdb/add</c>): neither ages nor moves.</param>
public sealed record MacEntry(ushort Vlan, MacAddress Mac, OfpPort Port, long UsedMs, bool IsStatic = false)
{
    /// <summary>Until then, gratuitous ARP packets from a bond are taken for reflections and do not move the entry.</summary>
    internal long LockedUntilMs { get; init; } = long.MinValue;
}
