using System.Globalization;
using System.Text;
using F = Fabric.Flow.FlowFields;

namespace Fabric.Flow.Text;

/// <summary>Prints what stands between a group's parentheses, for matches and for <c>set(…)</c> alike.</summary>
internal static class GroupPrinter
{
    public static void Print(StringBuilder text, TextGroup group, ref FlowKey key, ref FlowMask mask, bool hasMask, bool verbose)
    {
        var start = text.Length;
        foreach (var field in group.Fields)
        {
            var bits = hasMask ? field.Field.Read(ref mask) : field.Field.MaxValue;
            var isFragment = field.Kind == TextKind.Fragment;
            var isAlways = field.Kind == TextKind.AlwaysExact;
            if (bits == 0 && !isAlways && (!verbose || isFragment)) continue;
            if (text.Length > start) text.Append(',');
            text.Append(field.Name).Append('=');
            ValueText.Append(text, field.Kind, field.Field.Read(ref key));
            if (!isFragment && !isAlways && !IsFull(field, bits, hasMask)) ValueText.AppendMask(text, field.Kind, bits);
        }
    }

    public static void PrintVlan(StringBuilder text, ushort tci, ushort bits, bool verbose)
    {
        const int vid = 0xfff;
        var start = text.Length;
        if (verbose || ((tci | bits) & vid) != 0)
        {
            text.Append("vid=").AppendDecimal((uint)(tci & vid));
            if ((bits & vid) != vid) text.Append(CultureInfo.InvariantCulture, $"/0x{bits & vid:x}");
        }

        if (verbose || (tci | bits) >> 13 != 0)
        {
            if (text.Length > start) text.Append(',');
            text.Append("pcp=").AppendDecimal((uint)(tci >> 13));
            if (bits >> 13 != 7) text.Append(CultureInfo.InvariantCulture, $"/0x{bits >> 13:x}");
        }

        if ((tci & FlowKey.VlanPresent) != 0) return;
        if (text.Length > start) text.Append(',');
        text.Append("cfi=0");
    }

    public static void PrintMpls(StringBuilder text, ref FlowKey key, ref FlowMask mask, bool hasMask)
    {
        ReadOnlySpan<uint> entries = [key.Mpls0, key.Mpls1, key.Mpls2];
        ReadOnlySpan<uint> masks = hasMask ? [mask.Bits.Mpls0, mask.Bits.Mpls1, mask.Bits.Mpls2] : [~0u, ~0u, ~0u];
        var count = MplsCount(entries, masks, hasMask);
        var isExact = masks[..count].IndexOfAnyExcept(uint.MaxValue) < 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Append(',');
            if (isExact) PrintLabel(text, entries[i]);
            else PrintMaskedLabel(text, entries[i], masks[i]);
        }
    }

    /// <summary>All four parts of a label stack entry, exact.</summary>
    public static void PrintLabel(StringBuilder text, uint entry) => text.Append(CultureInfo.InvariantCulture,
        $"label={entry >> 12},tc={entry >> 9 & 7},ttl={entry & 0xff},bos={entry >> 8 & 1}");

    private static void PrintMaskedLabel(StringBuilder text, uint entry, uint mask) => text.Append(CultureInfo.InvariantCulture,
        $"label={entry >> 12}/0x{mask >> 12:x},tc={entry >> 9 & 7}/{mask >> 9 & 7:x}," +
            $"ttl={entry & 0xff}/0x{mask & 0xff:x},bos={entry >> 8 & 1}/{mask >> 8 & 1:x}");

    /// <summary>Labels up to the bottom of the stack, and at least up to the last one matched.</summary>
    private static int MplsCount(ReadOnlySpan<uint> entries, ReadOnlySpan<uint> masks, bool hasMask)
    {
        var count = 1;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i] != 0 || (hasMask && masks[i] != 0)) count = i + 1;
            if ((entries[i] & 0x100) != 0 && (!hasMask || masks[(i + 1)..].IndexOfAnyExcept(0u) < 0)) return i + 1;
        }

        return count;
    }

    private static bool IsFull(in TextField field, UInt128 bits, bool hasMask) =>
        bits == field.Field.MaxValue && (!hasMask || field.Kind != TextKind.KernelArpOperation);
}
