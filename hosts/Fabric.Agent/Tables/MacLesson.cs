using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>What a packet teaches about its sender.</summary>
/// <param name="IsGratuitousArp">The sender says that it is now here.</param>
/// <param name="IsFromBond">Such a packet may also be one that went out by another member and came back.</param>
internal readonly record struct MacLesson(ushort Vlan, MacAddress Mac, OfpPort Port, bool IsGratuitousArp = false, bool IsFromBond = false);
