using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// One end in a <see cref="ConnectionKey"/>: address (IPv4 in the low 32 bits) and port, or ICMP identifier, type and code.
/// </summary>
internal struct ConnectionEndpoint : IEquatable<ConnectionEndpoint>
{
    public ulong High;
    public ulong Low;

    /// <summary>Port or ICMP identifier.</summary>
    public ushort Port;
    public byte IcmpType;
    public byte IcmpCode;

    public readonly UInt128 Address => new(High, Low);

    public void SetAddress(Ipv4Address address) => (High, Low) = (0, address.Value);

    public void SetAddress(Ipv6Address address) => (High, Low) = (address.High, address.Low);

    public void SetAddress(UInt128 address) => (High, Low) = ((ulong)(address >> 64), (ulong)address);

    private readonly uint Rest => (uint)Port << 16 | (uint)IcmpType << 8 | IcmpCode;

    public readonly bool Equals(ConnectionEndpoint other) => High == other.High && Low == other.Low && Rest == other.Rest;

    public override readonly bool Equals(object? obj) => obj is ConnectionEndpoint other && Equals(other);

    public override readonly int GetHashCode() => (int)Hash(0);

    public readonly uint Hash(uint seed) => KeyMix.Finish(KeyMix.Add(KeyMix.Add(KeyMix.Add(seed, High), Low), Rest));
}
