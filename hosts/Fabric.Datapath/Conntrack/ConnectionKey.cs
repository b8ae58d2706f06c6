using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>What names one direction of a connection within the tracker (OVS: <c>struct conn_key</c>).</summary>
internal struct ConnectionKey : IEquatable<ConnectionKey>
{
    public ConnectionEndpoint Source;
    public ConnectionEndpoint Destination;
    public ushort EthType;
    public ushort Zone;
    public byte Proto;

    public readonly bool IsIpv4 => EthType == Wire.EtherType.Ipv4;

    public readonly ConnectionKey Reversed => this with { Source = Destination, Destination = Source };

    public readonly bool Equals(ConnectionKey other) =>
        Source.Equals(other.Source) && Destination.Equals(other.Destination) && EthType == other.EthType && Zone == other.Zone
        && Proto == other.Proto;

    public override readonly bool Equals(object? obj) => obj is ConnectionKey other && Equals(other);

    public override readonly int GetHashCode() => (int)Hash(0);

    /// <summary>The same for both directions, so that one chain holds what either direction can find.</summary>
    public readonly uint Hash(uint seed)
    {
        var ends = Source.Hash(seed) ^ Destination.Hash(seed);
        return KeyMix.Finish(KeyMix.Add(ends, (ulong)EthType << 32 | (ulong)Zone << 16 | Proto));
    }

    public readonly CtTuple ToTuple()
    {
        var (source, destination) = IsIpv4
            ? (new IpAddress(new Ipv4Address((uint)Source.Low)), new IpAddress(new Ipv4Address((uint)Destination.Low)))
            : (new IpAddress(new Ipv6Address(Source.High, Source.Low)), new IpAddress(new Ipv6Address(Destination.High, Destination.Low)));
        return new CtTuple(source, destination, Proto, Source.Port, Destination.Port, Source.IcmpType, Source.IcmpCode);
    }

    /// <summary>False for an ICMP type that has no opposite, and so names no connection.</summary>
    public static bool TryMake(in CtTuple tuple, ushort zone, out ConnectionKey key)
    {
        var ethType = tuple.Source.IsIpv4 ? Wire.EtherType.Ipv4 : Wire.EtherType.Ipv6;
        key = new ConnectionKey { EthType = ethType, Proto = tuple.Proto, Zone = zone };
        SetAddress(ref key.Source, tuple.Source);
        SetAddress(ref key.Destination, tuple.Destination);
        (key.Source.Port, key.Destination.Port) = (tuple.SourcePort, tuple.DestinationPort);
        if (!tuple.IsIcmp) return true;
        key.Destination.Port = tuple.SourcePort;
        (key.Source.IcmpType, key.Source.IcmpCode, key.Destination.IcmpCode) = (tuple.IcmpType, tuple.IcmpCode, tuple.IcmpCode);
        return IcmpTypes.TryReverse(tuple.Proto, tuple.IcmpType, out key.Destination.IcmpType);
    }

    private static void SetAddress(ref ConnectionEndpoint end, IpAddress address)
    {
        if (address.IsIpv4) end.SetAddress(address.V4);
        else end.SetAddress(address.V6);
    }
}
