using System.Net;
using System.Net.Sockets;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// An IPv4 or IPv6 address in one 16-byte value; IPv4 is kept in the mapped form of RFC 4291 section 2.5.5.2, so one neighbour cache, one
/// routing decision and one kind of socket serve both families.
/// </summary>
public readonly struct GuestAddress : IEquatable<GuestAddress>
{
    private const ulong MappedPrefix = 0x0000_ffff_0000_0000;
    private readonly Ipv6Address _value;

    public GuestAddress(Ipv6Address address) => _value = address;

    public GuestAddress(Ipv4Address address) => _value = new Ipv6Address(0, MappedPrefix | address.Value);

    public bool IsV4 => _value.High == 0 && (_value.Low & 0xffff_ffff_0000_0000) == MappedPrefix;

    /// <summary>Valid when <see cref="IsV4"/>.</summary>
    public Ipv4Address V4 => new((uint)_value.Low);

    public Ipv6Address V6 => _value;

    public bool IsMulticast => IsV4 ? V4.IsMulticast : _value.IsMulticast;

    public static GuestAddress Parse(string text) => From(IPAddress.Parse(text));

    public static GuestAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork ? new(Ipv4Address.Read(bytes)) : new(Ipv6Address.Read(bytes));
    }

    public static implicit operator GuestAddress(Ipv4Address address) => new(address);

    public static implicit operator GuestAddress(Ipv6Address address) => new(address);

    /// <summary>True when both addresses agree in the first <paramref name="length"/> bits of their own family.</summary>
    public bool SharesPrefix(GuestAddress other, int length)
    {
        if (IsV4 != other.IsV4) return false;
        if (IsV4) length += 96;
        var high = length >= 64 ? ulong.MaxValue : length == 0 ? 0 : ulong.MaxValue << (64 - length);
        var low = length <= 64 ? 0 : ulong.MaxValue << (128 - length);
        return ((_value.High ^ other._value.High) & high) == 0 && ((_value.Low ^ other._value.Low) & low) == 0;
    }

    public bool Equals(GuestAddress other) => _value == other._value;

    public override bool Equals(object? obj) => obj is GuestAddress other && Equals(other);

    public override int GetHashCode() => (int)((_value.High * 0x9e37_79b9_7f4a_7c15 + _value.Low) * 0xbf58_476d_1ce4_e5b9 >> 32);

    public override string ToString() => IsV4 ? V4.ToString() : _value.ToString();

    public static bool operator ==(GuestAddress left, GuestAddress right) => left.Equals(right);

    public static bool operator !=(GuestAddress left, GuestAddress right) => !left.Equals(right);
}
