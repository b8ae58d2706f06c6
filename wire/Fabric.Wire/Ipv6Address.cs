using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fabric.Wire;

/// <summary>An IPv6 address, stored in wire order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 16)]
public readonly struct Ipv6Address : IEquatable<Ipv6Address>
{
    private readonly ulong _wireHigh;
    private readonly ulong _wireLow;

    /// <param name="high">First eight octets as a number, first octet highest.</param>
    /// <param name="low">Last eight octets as a number.</param>
    public Ipv6Address(ulong high, ulong low)
    {
        _wireHigh = BinaryPrimitives.ReverseEndianness(high);
        _wireLow = BinaryPrimitives.ReverseEndianness(low);
    }

    public static Ipv6Address Zero => default;

    public ulong High => BinaryPrimitives.ReverseEndianness(_wireHigh);

    public ulong Low => BinaryPrimitives.ReverseEndianness(_wireLow);

    public bool IsZero => (_wireHigh | _wireLow) == 0;

    public bool IsMulticast => (byte)_wireHigh == 0xff;

    public bool IsLinkLocal => High >> 54 == 0xfe80 >> 6;

    public static Ipv6Address Read(ReadOnlySpan<byte> source) => MemoryMarshal.Read<Ipv6Address>(source);

    public void Write(Span<byte> destination) => MemoryMarshal.Write(destination, this);

    public static bool TryParse(ReadOnlySpan<char> text, out Ipv6Address address)
    {
        address = default;
        // A scope ("%eth0") names an interface, which an address on the wire does not have.
        if (text.Contains('%') || !IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, out _);
        address = Read(bytes);
        return true;
    }

    public static Ipv6Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv6 address");

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return new IPAddress(bytes);
    }

    public bool Equals(Ipv6Address other) => _wireHigh == other._wireHigh && _wireLow == other._wireLow;

    public override bool Equals(object? obj) => obj is Ipv6Address other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_wireHigh, _wireLow);

    public override string ToString() => ToIPAddress().ToString();

    public static bool operator ==(Ipv6Address left, Ipv6Address right) => left.Equals(right);

    public static bool operator !=(Ipv6Address left, Ipv6Address right) => !left.Equals(right);
}
