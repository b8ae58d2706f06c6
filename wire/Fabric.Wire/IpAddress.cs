using System.Diagnostics.CodeAnalysis;

namespace Fabric.Wire;

/// <summary>
/// An IPv4 or IPv6 address in one value. An IPv4 address is held as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), as OVS holds the two ends
/// of a tunnel, so one table serves both families.
/// </summary>
public readonly struct IpAddress : IEquatable<IpAddress>
{
    private const ulong MappedPrefix = 0x0000_ffff_0000_0000;

    private readonly Ipv6Address _value;

    public IpAddress(Ipv4Address address) => _value = new Ipv6Address(0, MappedPrefix | address.Value);

    public IpAddress(Ipv6Address address) => _value = address;

    public bool IsIpv4 => _value.High == 0 && _value.Low >> 32 == MappedPrefix >> 32;

    /// <summary>The IPv4 address; meaningful only when <see cref="IsIpv4"/>.</summary>
    public Ipv4Address V4 => new((uint)_value.Low);

    /// <summary>The IPv6 address; an IPv4 one in its mapped form.</summary>
    public Ipv6Address V6 => _value;

    /// <summary>True for <c>::</c> and <c>0.0.0.0</c>: no address was given.</summary>
    public bool IsUnspecified => _value.IsZero || (IsIpv4 && V4.IsZero);

    /// <summary>Bits of an address of this family.</summary>
    public int BitCount => IsIpv4 ? 32 : 128;

    public static implicit operator IpAddress(Ipv4Address address) => new(address);

    public static implicit operator IpAddress(Ipv6Address address) => new(address);

    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        if (Ipv4Address.TryParse(text, out var v4))
        {
            address = v4;
            return true;
        }

        var isV6 = Ipv6Address.TryParse(text, out var v6);
        address = v6;
        return isV6;
    }

    public static IpAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address");

    /// <summary>The address with all but its first <paramref name="prefixLength"/> bits (counted within its family) zero.</summary>
    public IpAddress Network(int prefixLength)
    {
        var bits = IsIpv4 ? prefixLength + 96 : prefixLength;
        var high = bits >= 64 ? ulong.MaxValue : bits <= 0 ? 0 : ulong.MaxValue << (64 - bits);
        var low = bits >= 128 ? ulong.MaxValue : bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return new IpAddress(new Ipv6Address(_value.High & high, _value.Low & low));
    }

    public System.Net.IPAddress ToIPAddress() => IsIpv4 ? V4.ToIPAddress() : _value.ToIPAddress();

    public bool Equals(IpAddress other) => _value == other._value;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is IpAddress other && Equals(other);

    public override int GetHashCode() => _value.GetHashCode();

    public override string ToString() => IsIpv4 ? V4.ToString() : _value.ToString();

    public static bool operator ==(IpAddress left, IpAddress right) => left.Equals(right);

    public static bool operator !=(IpAddress left, IpAddress right) => !left.Equals(right);
}
