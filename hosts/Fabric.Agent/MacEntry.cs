using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <param name="Vlan">0 for untagged.</param>
public sealed record MacEntry(ushort Vlan, MacAddress Mac, OfpPort Port, long UsedMs);
