using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>A whole IP packet addressed to this guest, verified up to and including its IP header.</summary>
internal ref struct IpArrival
{
    public IpAddress Source;
    public IpAddress Destination;
    public byte Protocol;

    /// <summary>IP header (without a fragment header) and payload, for quoting in an error.</summary>
    public ReadOnlySpan<byte> Packet;
    public ReadOnlySpan<byte> Payload;

    /// <summary>Sent to a multicast or broadcast address, which must not be answered with an error (RFC 1122 section 3.2.2).</summary>
    public bool IsGroup;
    public byte HopLimit;
}
