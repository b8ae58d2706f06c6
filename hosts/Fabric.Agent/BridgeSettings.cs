using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>A bridge as configured. The datapath id is the MAC, as OVS makes it.</summary>
/// <param name="LocalPort">Datapath port of the bridge's own (LOCAL) port; null when the host has none.</param>
public sealed record BridgeSettings(string Name, MacAddress Mac, OdpPort? LocalPort = null, FailMode FailMode = FailMode.Secure)
{
    public int MaxMacEntries { get; init; } = MacTable.DefaultMaxEntries;

    public long MacAgeingMs { get; init; } = MacTable.DefaultAgeingMs;

    /// <summary>With a controller attached, packets with an expired TTL are sent to it; without, they are dropped.</summary>
    public bool HasController { get; init; }
}
