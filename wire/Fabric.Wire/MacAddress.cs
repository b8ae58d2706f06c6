using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Fabric.Wire;

/// <summary>A 48-bit Ethernet address, stored in wire order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = 6)]
public readonly struct MacAddress : IEquatable<MacAddress>
{
    private readonly ushort _head;
    private readonly uint _tail;

    /// <param name="value">The address as a number, first octet highest; the upper 16 bits are ignored.</param>
    public MacAddress(ulong value)
    {
        _head = BinaryPrimitives.ReverseEndianness((ushort)(value >> 32));
        _tail = BinaryPrimitives.ReverseEndianness((uint)value);
    }

    public static MacAddress Broadcast => new(0xffff_ffff_ffff);

    public static MacAddress Zero => default;

    /// <summary>The address as a 48-bit number, first octet highest.</summary>
    public ulong Value => ((ulong)BinaryPrimitives.ReverseEndianness(_head) << 32) | BinaryPrimitives.ReverseEndianness(_tail);

    /// <summary>Group bit (IEEE 802.3 clause 3.2.3): broadcast or multicast.</summary>
    public bool IsMulticast => (_head & 1) != 0;

    public bool IsBroadcast => _head == 0xffff && _tail == 0xffff_ffff;

    public bool IsZero => _head == 0 && _tail == 0;

    /// <summary>Reads the first six bytes of <paramref name="source"/>.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> source) => MemoryMarshal.Read<MacAddress>(source);

    public void Write(Span<byte> destination) => MemoryMarshal.Write(destination, this);

    /// <summary>Parses <c>aa:bb:cc:dd:ee:ff</c>; each group has one or two hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        ulong value = 0;
        var groups = 0;
        while (true)
        {
            var colon = text.IndexOf(':');
            var group = colon < 0 ? text : text[..colon];
            if (group.Length is 0 or > 2
                || !byte.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)) return false;
            value = (value << 8) | octet;
            groups++;
            if (colon < 0) break;
            if (groups == 6) return false;
            text = text[(colon + 1)..];
        }

        if (groups != 6) return false;
        address = new MacAddress(value);
        return true;
    }

    public static MacAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an Ethernet address (aa:bb:cc:dd:ee:ff)");

    public bool Equals(MacAddress other) => _head == other._head && _tail == other._tail;

    public override bool Equals(object? obj) => obj is MacAddress other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_head, _tail);

    public override string ToString()
    {
        var v = Value;
        return string.Create(CultureInfo.InvariantCulture,
            $"{(byte)(v >> 40):x2}:{(byte)(v >> 32):x2}:{(byte)(v >> 24):x2}:{(byte)(v >> 16):x2}:{(byte)(v >> 8):x2}:{(byte)v:x2}");
    }

    public static bool operator ==(MacAddress left, MacAddress right) => left.Equals(right);

    public static bool operator !=(MacAddress left, MacAddress right) => !left.Equals(right);
}
