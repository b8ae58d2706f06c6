namespace Fabric.OpenFlow;

/// <summary>Which fields choose a link or bucket (OVS: <c>enum nx_hash_fields</c>).</summary>
public enum HashFields
{
    EthSource,
    SymmetricL4,
    SymmetricL3L4,
    SymmetricL3L4Udp,
    NwSource,
    NwDestination,
    SymmetricL3,
}
