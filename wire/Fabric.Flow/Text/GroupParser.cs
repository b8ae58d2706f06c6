namespace Fabric.Flow.Text;

/// <summary>Reads what stands between a group's parentheses, the closing one included.</summary>
internal static class GroupParser
{
    public static bool TryRead(ref TextScanner scanner, TextGroup group, ref FlowKey key, ref FlowMask mask)
    {
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) return true;
            if (!TryReadField(ref scanner, group, ref key, ref mask)) return false;
        }
    }

    /// <summary>One <c>name=value[/mask]</c> of the group.</summary>
    public static bool TryReadField(ref TextScanner scanner, TextGroup group, ref FlowKey key, ref FlowMask mask)
    {
        foreach (var field in group.Fields)
        {
            if (!IsNamed(ref scanner, field.Name) && (field.OtherName is null || !IsNamed(ref scanner, field.OtherName))) continue;
            if (!TryReadValue(ref scanner, field.Kind, field.Field.MaxValue, out var value, out var bits)) return false;
            field.Field.Write(ref key, value);
            field.Field.Write(ref mask, bits);
            return scanner.Peek is ',' or ')' or ' ';
        }

        return false;
    }

    public static bool TryReadValue(ref TextScanner scanner, TextKind kind, UInt128 max, out UInt128 value, out UInt128 bits)
    {
        bits = max;
        if (kind == TextKind.Fragment) return TryReadFragment(ref scanner, out value);
        if (!TryReadOne(ref scanner, kind, max, out value)) return false;
        if (!scanner.TrySkip("/")) return true;
        // An exact ARP operation may be written with the 16-bit mask of the datapath's field.
        var maxBits = kind == TextKind.ArpOperation ? ushort.MaxValue : max;
        if (!TryReadOne(ref scanner, kind, maxBits, out bits)) return false;
        bits &= max;
        return true;
    }

    private static bool IsNamed(ref TextScanner scanner, string name)
    {
        if (!scanner.IsAt(name) || scanner.Rest.Length <= name.Length || scanner.Rest[name.Length] != '=') return false;
        scanner.Skip(name.Length + 1);
        return true;
    }

    private static bool TryReadOne(ref TextScanner scanner, TextKind kind, UInt128 max, out UInt128 value) => kind switch
    {
        TextKind.Mac => scanner.TryMac(out value),
        TextKind.Ipv4 => scanner.TryIpv4(out value),
        TextKind.Ipv6 => scanner.TryIpv6(out value),
        _ => scanner.TryNumber(max, out value),
    };

    private static bool TryReadFragment(ref TextScanner scanner, out UInt128 value)
    {
        var word = scanner.TakeUntil(",) ");
        value = word switch
        {
            "first" => 1,
            "later" => 3,
            _ => 0,
        };
        return word is "no" or "first" or "later";
    }

    /// <summary>Reads <c>vid=,pcp=,cfi=</c> into a tag; the present bit is set and matched unless <c>cfi=0</c> says otherwise.</summary>
    public static bool TryReadVlan(ref TextScanner scanner, out ushort tci, out ushort mask)
    {
        tci = mask = FlowKey.VlanPresent;
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) return true;
            var (shift, max) = scanner.TrySkip("vid=") ? (0, 0xfffu) : scanner.TrySkip("pcp=") ? (13, 7u) : scanner.TrySkip("cfi=")
                ? (12, 1u) : (0, 0u);
            if (max == 0 || !TryReadValue(ref scanner, TextKind.Decimal, max, out var value, out var bits)) return false;
            var field = (ushort)(max << shift);
            tci = (ushort)(tci & ~field | (ushort)((uint)value << shift));
            mask = (ushort)(mask & ~field | (ushort)((uint)bits << shift));
        }
    }

    /// <summary>Reads up to <paramref name="entries"/>.Length label stack entries and the closing parenthesis.</summary>
    public static bool TryReadMpls(ref TextScanner scanner, scoped Span<uint> entries, scoped Span<uint> masks)
    {
        for (var i = 0; ; i++)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) return true;
            if (i == entries.Length) return false;
            if (!TryReadLabel(ref scanner, out entries[i], out masks[i])) return false;
        }
    }

    /// <summary>Reads the parts of one entry in their order; parts left out are wildcarded, but one must be there.</summary>
    public static bool TryReadLabel(ref TextScanner scanner, out uint entry, out uint mask)
    {
        entry = mask = 0;
        var count = 0;
        foreach (var (name, shift, max) in LabelParts)
        {
            if (count > 0 && scanner.Peek == ',') scanner.SkipSeparators();
            if (!scanner.TrySkip(name)) continue;
            if (!TryReadValue(ref scanner, TextKind.Decimal, max, out var value, out var bits)) return false;
            entry |= (uint)value << shift;
            mask |= (uint)bits << shift;
            count++;
        }

        return count > 0;
    }

    private static readonly (string Name, int Shift, uint Max)[] LabelParts =
        [("label=", 12, 0xfffff), ("tc=", 9, 7), ("ttl=", 0, 0xff), ("bos=", 8, 1)];
}
