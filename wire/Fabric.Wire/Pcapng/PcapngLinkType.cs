namespace Fabric.Wire;

/// <summary>What the bytes of a captured packet start with (tcpdump.org link-layer header types).</summary>
public enum PcapngLinkType : ushort
{
    Ethernet = 1,

    /// <summary>IPv4 or IPv6, told apart by the version: the form of the underlay.</summary>
    RawIp = 101,
}
