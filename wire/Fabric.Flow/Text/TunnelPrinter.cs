using System.Globalization;
using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;
using F = Fabric.Flow.FlowFields;

namespace Fabric.Flow.Text;

/// <summary>Prints <c>tunnel(…)</c> (OVS: <c>format_odp_tun_attr</c>).</summary>
internal static class TunnelPrinter
{
    private const int OptionHeaderSize = 4;

    public static void Print(StringBuilder text, ref FlowKey key, ref FlowMask mask, bool hasMask, bool verbose)
    {
        text.Append("tunnel(");
        var start = text.Length;
        foreach (var field in TextGroup.Tunnel.Fields)
        {
            var bits = hasMask ? field.Field.Read(ref mask) : field.Field.MaxValue;
            var value = field.Field.Read(ref key);
            var isTunnelId = field.Field == F.TunnelId;
            var isPresent = value != 0 || (isTunnelId && (key.TunnelFlags & Wire.TunnelFlags.Key) != 0) || field.Field == F.TunnelTtl;
            if ((hasMask && bits != 0) || (verbose && isPresent))
            {
                Separate(text, start).Append(field.Name).Append('=');
                ValueText.Append(text, field.Kind, value);
                if (bits != field.Field.MaxValue) ValueText.AppendMask(text, field.Kind, bits);
            }
        }

        PrintExtension(text, start, "vxlan(gbp(", TextGroup.Gbp, ref key, ref mask, hasMask, verbose);
        PrintGeneve(text, start, ref key, ref mask, hasMask, verbose);
        PrintExtension(text, start, "erspan(", key.ErspanVersion == 2 ? TextGroup.ErspanV2 : TextGroup.ErspanV1, ref key, ref mask, hasMask,
            verbose);
        PrintExtension(text, start, "gtpu(", TextGroup.Gtpu, ref key, ref mask, hasMask, verbose);
        PrintFlags(text, start, ref key, ref mask, hasMask, verbose);
        text.Append(')');
    }

    private static StringBuilder Separate(StringBuilder text, int start) => text.Length > start ? text.Append(',') : text;

    private static void PrintExtension(
        StringBuilder text, int start, string opening, TextGroup group, ref FlowKey key, ref FlowMask mask, bool hasMask, bool verbose)
    {
        var isUsed = hasMask && group.IsMatched(ref mask);
        foreach (var field in group.Fields) isUsed |= field.Field.Read(ref key) != 0;
        if (!isUsed) return;
        Separate(text, start).Append(opening);
        GroupPrinter.Print(text, group, ref key, ref mask, hasMask, verbose);
        text.Append(opening.EndsWith("p(", StringComparison.Ordinal) ? "))" : ")");
    }

    private static void PrintFlags(StringBuilder text, int start, ref FlowKey key, ref FlowMask mask, bool hasMask, bool verbose)
    {
        var bits = hasMask ? (uint)mask.Bits.TunnelFlags & FlagNames.Tunnel.All : FlagNames.Tunnel.All;
        if (!verbose && bits == 0) return;
        Separate(text, start).Append("flags(");
        FlagNames.Tunnel.PrintMasked(text, (uint)key.TunnelFlags, bits, FlagNames.Tunnel.All);
        text.Append(')');
    }

    private static void PrintGeneve(StringBuilder text, int start, ref FlowKey key, ref FlowMask mask, bool hasMask, bool verbose)
    {
        if (key.TunnelOptionsSize == 0 && (!hasMask || mask.Bits.TunnelOptionsSize == 0)) return;
        Separate(text, start).Append("geneve(");
        ReadOnlySpan<byte> options = key.TunnelOptionBytes;
        ReadOnlySpan<byte> bits = mask.Bits.TunnelOptionBytes;
        options = options[..key.TunnelOptionsSize];
        bits = bits[..key.TunnelOptionsSize];
        while (!options.IsEmpty)
        {
            var size = options.Length < OptionHeaderSize ? OptionHeaderSize : OptionHeaderSize + (options[3] & 0x1f) * 4;
            if (size > options.Length)
            {
                text.Append(CultureInfo.InvariantCulture, $"opt len {size} greater than remaining {options.Length}");
                break;
            }

            PrintOption(text, options[..size], hasMask ? bits[..size] : default, verbose);
            options = options[size..];
            bits = bits[size..];
        }

        text.Append(')');
    }

    /// <param name="text">Where to.</param>
    /// <param name="option">One option with its header (RFC 8926 section 3.5).</param>
    /// <param name="mask">As long; empty when all is exact.</param>
    /// <param name="verbose">Wildcarded parts too.</param>
    private static void PrintOption(StringBuilder text, ReadOnlySpan<byte> option, ReadOnlySpan<byte> mask, bool verbose)
    {
        var hasMask = !mask.IsEmpty;
        text.Append('{');
        var start = text.Length;
        PrintPart(text, start, "class=", TextKind.Hex, ReadUInt16BigEndian(option), hasMask ? ReadUInt16BigEndian(mask) : 0xffffu, 0xffff,
            verbose);
        PrintPart(text, start, "type=", TextKind.Hex, option[2], hasMask ? mask[2] : 0xffu, 0xff, verbose);
        var sizeMask = !hasMask || (mask[3] & 0x1f) == 0x1f ? 0xffu : mask[3] & 0x1fu;
        PrintPart(text, start, "len=", TextKind.Decimal, (uint)(option.Length - OptionHeaderSize), sizeMask, 0xff, verbose);
        var data = option[OptionHeaderSize..];
        if (!data.IsEmpty && (verbose || !hasMask || mask[OptionHeaderSize..].ContainsAnyExcept((byte)0)))
        {
            Separate(text, start);
            ValueText.AppendBytes(text, data);
            if (hasMask && mask[OptionHeaderSize..].ContainsAnyExcept((byte)0xff))
            {
                text.Append('/');
                ValueText.AppendBytes(text, mask[OptionHeaderSize..]);
            }
        }

        text.Append('}');
    }

    private static void PrintPart(StringBuilder text, int start, string name, TextKind kind, uint value, uint bits, uint full, bool verbose)
    {
        if (!verbose && bits == 0) return;
        Separate(text, start).Append(name);
        ValueText.Append(text, kind, value);
        if (bits != full) ValueText.AppendMask(text, kind, bits);
    }
}
