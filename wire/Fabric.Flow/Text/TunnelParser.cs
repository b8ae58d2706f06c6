using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Flow.Text;

/// <summary>Reads what follows <c>tunnel(</c>, the closing parenthesis included.</summary>
internal static class TunnelParser
{
    private const int OptionHeaderSize = 4;

    /// <summary>Of a Netlink attribute, which the tunnel's fields are nested in and each of them has.</summary>
    private const int AttributeHeaderSize = 4;

    /// <param name="isTooLong">It was read, but is more than Netlink can carry in one attribute.</param>
    public static bool TryRead(ref TextScanner scanner, ref FlowKey key, ref FlowMask mask, out bool isTooLong)
    {
        isTooLong = false;
        var size = 0;
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) break;
            size += AttributeHeaderSize + FieldSize(in scanner);
            var isRead = scanner.TrySkip("flags(") ? TryReadFlags(ref scanner, ref key, ref mask)
                : scanner.TrySkip("geneve(") ? TryReadGeneve(ref scanner, ref key, ref mask)
                : scanner.TrySkip("vxlan(gbp(") ? GroupParser.TryRead(ref scanner, TextGroup.Gbp, ref key, ref mask) && scanner.TrySkip(")")
                : scanner.TrySkip("gtpu(") ? GroupParser.TryRead(ref scanner, TextGroup.Gtpu, ref key, ref mask)
                : scanner.TrySkip("erspan(") ? GroupParser.TryRead(ref scanner, TextGroup.Erspan, ref key, ref mask)
                : ReadField(ref scanner, ref key, ref mask);
            if (!isRead) return false;
        }

        isTooLong = size > ushort.MaxValue - AttributeHeaderSize;
        return !isTooLong;
    }

    /// <summary>Bytes of the next field as Netlink counts them, rounded up to four; of options the most there can be.</summary>
    private static int FieldSize(in TextScanner scanner) =>
        scanner.IsAt("flags(") ? 0
        : scanner.IsAt("tun_id=") ? sizeof(ulong)
        : scanner.IsAt("ipv6_") ? 16
        : scanner.IsAt("geneve(") ? Wire.TunnelOptions.MaxUsed
        : 4;

    /// <summary>A tunnel id in the text means that the tunnel has a key, whatever the flags say.</summary>
    private static bool ReadField(ref TextScanner scanner, ref FlowKey key, ref FlowMask mask)
    {
        if (scanner.IsAt("tun_id="))
        {
            key.TunnelFlags |= Wire.TunnelFlags.Key;
            mask.Bits.TunnelFlags |= Wire.TunnelFlags.Key;
        }

        return GroupParser.TryReadField(ref scanner, TextGroup.Tunnel, ref key, ref mask);
    }

    private static bool TryReadFlags(ref TextScanner scanner, ref FlowKey key, ref FlowMask mask)
    {
        if (!FlagNames.Tunnel.TryRead(ref scanner, FlagNames.Tunnel.All, out var flags, out var bits) || !scanner.TrySkip(")"))
            return false;
        if (((flags | bits) & ~FlagNames.Tunnel.All) != 0) return false;
        key.TunnelFlags |= (Wire.TunnelFlags)flags;
        mask.Bits.TunnelFlags |= (Wire.TunnelFlags)bits;
        return true;
    }

    private static bool TryReadGeneve(ref TextScanner scanner, ref FlowKey key, ref FlowMask mask)
    {
        Span<byte> options = key.TunnelOptionBytes;
        Span<byte> bits = mask.Bits.TunnelOptionBytes;
        var used = 0;
        while (scanner.TrySkip("{"))
        {
            if (!TryReadOption(ref scanner, options[used..Wire.TunnelOptions.MaxUsed], bits[used..Wire.TunnelOptions.MaxUsed],
                out var size)) return false;
            used += size;
            if (scanner.Peek == ',') scanner.Skip();
        }

        key.TunnelOptionsSize = (byte)used;
        mask.Bits.TunnelOptionsSize = byte.MaxValue;
        return scanner.TrySkip(")");
    }

    private static bool TryReadOption(ref TextScanner scanner, scoped Span<byte> option, scoped Span<byte> mask, out int size)
    {
        size = OptionHeaderSize;
        if (option.Length < OptionHeaderSize) return false;
        option[..OptionHeaderSize].Clear();
        mask[..OptionHeaderSize].Clear();
        UInt128 dataSize = 0;
        if (scanner.TrySkip("class="))
        {
            if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, ushort.MaxValue, out var type, out var bits)) return false;
            WriteUInt16BigEndian(option, (ushort)type);
            WriteUInt16BigEndian(mask, (ushort)bits);
        }

        if (scanner.Peek == ',') scanner.Skip();
        if (scanner.TrySkip("type="))
        {
            if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, byte.MaxValue, out var type, out var bits)) return false;
            (option[2], mask[2]) = ((byte)type, (byte)bits);
        }

        if (scanner.Peek == ',') scanner.Skip();
        if (scanner.TrySkip("len="))
        {
            if (!GroupParser.TryReadValue(ref scanner, TextKind.Decimal, byte.MaxValue, out dataSize, out var bits)) return false;
            if (dataSize > 124 || dataSize % 4 != 0 || dataSize > (uint)(option.Length - OptionHeaderSize)) return false;
            (option[3], mask[3]) = ((byte)(dataSize / 4), (byte)bits);
        }

        size += (int)dataSize;
        return TryReadData(ref scanner, option[OptionHeaderSize..size], mask[OptionHeaderSize..size]) && scanner.TrySkip("}");
    }

    private static bool TryReadData(ref TextScanner scanner, scoped Span<byte> data, scoped Span<byte> mask)
    {
        data.Clear();
        mask.Clear();
        if (scanner.Peek == ',') scanner.Skip();
        if (scanner.Peek == '}') return true;
        if (!TryReadBytes(ref scanner, data)) return false;
        mask.Fill(byte.MaxValue);
        return !scanner.TrySkip("/") || TryReadBytes(ref scanner, mask);
    }

    /// <summary>A hexadecimal number of any length, right-aligned in <paramref name="bytes"/>; also a small decimal one.</summary>
    private static bool TryReadBytes(ref TextScanner scanner, scoped Span<byte> bytes)
    {
        bytes.Clear();
        if (!scanner.TrySkip("0x"))
        {
            if (!scanner.TryNumber(ulong.MaxValue, out var small)) return false;
            for (var i = bytes.Length - 1; i >= 0; i--, small >>= 8) bytes[i] = (byte)small;
            return small == 0;
        }

        var digits = scanner.TakeUntil("/},)");
        if (digits.IsEmpty || digits.Length > bytes.Length * 2) return false;
        for (var i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiHexDigit(digits[i])) return false;
            var nibble = digits.Length - 1 - i;
            bytes[bytes.Length - 1 - nibble / 2] |= (byte)(Convert.ToInt32(digits[i].ToString(), 16) << (nibble % 2 * 4));
        }

        return true;
    }
}
