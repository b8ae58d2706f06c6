using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Fabric.Wire;

/// <summary>An IPv4 address, stored in wire order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 4)]
public readonly struct Ipv4Address : IEquatable<Ipv4Address>
{
    private readonly uint _wire;

    /// <param name="value">The address as a number, first octet highest.</param>
    public Ipv4Address(uint value) => _wire = BinaryPrimitives.ReverseEndianness(value);

    public static Ipv4Address Zero => default;

    public static Ipv4Address Broadcast => new(0xffff_ffff);

    /// <summary>The address as a number, first octet highest.</summary>
    public uint Value => BinaryPrimitives.ReverseEndianness(_wire);

    public bool IsZero => _wire == 0;

    public bool IsMulticast => (Value >> 28) == 0xe;

    public static Ipv4Address Read(ReadOnlySpan<byte> source) => MemoryMarshal.Read<Ipv4Address>(source);

    public void Write(Span<byte> destination) => MemoryMarshal.Write(destination, this);

    /// <summary>Parses four decimal octets, nothing shorter.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Address address)
    {
        address = default;
        uint value = 0;
        for (var i = 0; i < 4; i++)
        {
            var dot = text.IndexOf('.');
            if (i < 3 == dot < 0) return false;
            var octet = i < 3 ? text[..dot] : text;
            if (octet.Length is 0 or > 3 || !byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out var b)) return false;
            value = (value << 8) | b;
            if (i < 3) text = text[(dot + 1)..];
        }

        address = new Ipv4Address(value);
        return true;
    }

    public static Ipv4Address Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IPv4 address (a.b.c.d)");

    public IPAddress ToIPAddress() => new((long)_wire);

    public bool Equals(Ipv4Address other) => _wire == other._wire;

    public override bool Equals(object? obj) => obj is Ipv4Address other && Equals(other);

    public override int GetHashCode() => _wire.GetHashCode();

    public override string ToString()
    {
        var v = Value;
        return string.Create(CultureInfo.InvariantCulture, $"{v >> 24}.{(byte)(v >> 16)}.{(byte)(v >> 8)}.{(byte)v}");
    }

    public static bool operator ==(Ipv4Address left, Ipv4Address right) => left.Equals(right);

    public static bool operator !=(Ipv4Address left, Ipv4Address right) => !left.Equals(right);
}
