using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>A network device that a port of a bridge can be made of.</summary>
/// <param name="Ifindex">As the system numbers it; 0 when it does not.</param>
public sealed record Device(string Name, DeviceKind Kind, MacAddress Mac, int Mtu = 1500, int Ifindex = 0)
{
    /// <summary>What <c>Interface.status</c> says of the driver; empty for devices without one.</summary>
    public IReadOnlyDictionary<string, string> Status { get; init; } = new Dictionary<string, string>();

    /// <summary>Bits per second; null when the device does not say.</summary>
    public long? LinkSpeed { get; init; }
}
