using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>A bridge as configured.</summary>
/// <param name="LocalPort">Datapath port of the bridge's own (LOCAL) port; null when the host has none.</param>
public sealed record BridgeSettings(string Name, MacAddress Mac, OdpPort? LocalPort = null, FailMode FailMode = FailMode.Secure)
{
    /// <summary>Most learned addresses (<c>other_config:mac-table-size</c>).</summary>
    public int MaxMacEntries { get; init; } = MacTable.DefaultMaxEntries;

    /// <summary><c>other_config:mac-aging-time</c>.</summary>
    public long MacAgeingMs { get; init; } = MacTable.DefaultAgeingMs;

    /// <summary>VLANs in which nothing is learned, so that everything floods.</summary>
    public VlanSet? FloodVlans { get; init; }

    /// <summary>NORMAL forwards frames to the reserved addresses of spanning tree and the like.</summary>
    public bool ForwardsBpdu { get; init; }

    /// <summary>With a controller attached, packets with an expired TTL are sent to it; without, they are dropped.</summary>
    public bool HasController { get; init; }

    /// <summary>Given by the operator; null: the MAC, as OVS makes it.</summary>
    public ulong? DatapathId { get; init; }

    /// <summary>What <c>ovs-ofctl dump-desc</c> tells as the description of the datapath; null: "None".</summary>
    public string? Description { get; init; }

    public string? SerialNumber { get; init; }

    /// <summary>VLAN columns of the bridge's own port.</summary>
    public VlanSettings LocalVlan { get; init; } = VlanSettings.Default;
}
