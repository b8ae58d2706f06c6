namespace Fabric.Topology;

/// <summary>What a NIC can match and do (<c>offloads:</c>): as an Agilio CX with OVS-TC, or all that the emulated card executes.</summary>
public enum OffloadCapabilities
{
    AgilioCx, Everything,
}
