using F = Fabric.Flow.FlowFields;

namespace Fabric.Flow.Text;

/// <summary>Reads the text of a match (OVS: <c>odp_flow_from_string</c> and <c>odp_flow_key_to_flow</c> in one).</summary>
internal ref struct KeyParser(ref FlowKey key, ref FlowMask mask, IPortNames? names)
{
    private const int MaxTags = 2;

    private readonly ref FlowKey _key = ref key;
    private readonly ref FlowMask _mask = ref mask;

    /// <summary>What each level of <c>encap(…)</c> said; level 0 is outside of any.</summary>
    private LevelArray _levels;

    /// <summary>What is wrong is that the text says more than a message can hold.</summary>
    public bool IsTooLong { get; private set; }

    private struct Level
    {
        public ushort Type;
        public ushort TypeMask;
        public ushort Tci;
        public ushort TciMask;
        public bool HasEncap;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxTags + 1)]
    private struct LevelArray
    {
        private Level _first;
    }

    public bool TryParse(scoped ref TextScanner scanner, out string? error)
    {
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.AtEnd) break;
            var before = scanner.Rest;
            if (TrySkipUfid(ref scanner) || TryReadAttribute(ref scanner, 0)) continue;
            error = SyntaxError(before);
            return false;
        }

        if (!TryPlaceTypes())
        {
            error = "vlan(...) and encap(...) come together, at most twice, each after an eth_type(...)";
            return false;
        }

        _key.Normalize();
        _mask.Bits.Normalize();
        error = null;
        return true;
    }

    public static string SyntaxError(ReadOnlySpan<char> rest) =>
        $"syntax error at {rest}";

    private static bool TrySkipUfid(ref TextScanner scanner)
    {
        const int uuidLength = 36;
        if (!scanner.IsAt("ufid:") || scanner.Rest.Length < 5 + uuidLength
            || !Guid.TryParseExact(scanner.Rest.Slice(5, uuidLength), "D", out _))
            return false;
        scanner.Skip(5 + uuidLength);
        return true;
    }

    private bool TryReadAttribute(ref TextScanner scanner, int level)
    {
        var name = scanner.TakeUntil("(");
        if (!scanner.TrySkip("(")) return false;
        switch (name)
        {
            case "recirc_id": return TryReadNumber(ref scanner, F.RecircId);
            case "dp_hash": return TryReadNumber(ref scanner, F.DpHash);
            case "skb_priority": return TryReadNumber(ref scanner, F.SkbPriority);
            case "skb_mark": return TryReadNumber(ref scanner, F.SkbMark);
            case "ct_zone": return TryReadNumber(ref scanner, F.CtZone);
            case "ct_mark": return TryReadNumber(ref scanner, F.CtMark);
            case "ct_label": return TryReadNumber(ref scanner, F.CtLabel);
            case "ct_state": return TryReadFlags(ref scanner, FlagNames.CtState, F.CtState, uint.MaxValue);
            case "tcp_flags": return TryReadFlags(ref scanner, FlagNames.Tcp, F.TcpFlags, 0xfff);
            case "tunnel": return TryReadTunnel(ref scanner);
            case "in_port": return TryReadInPort(ref scanner);
            case "eth_type": return TryReadType(ref scanner, ref _levels[level]);
            case "vlan":
                return level < MaxTags && GroupParser.TryReadVlan(ref scanner, out _levels[level].Tci, out _levels[level].TciMask);
            case "encap": return TryReadEncap(ref scanner, level);
            case "mpls": return TryReadMpls(ref scanner);
        }

        foreach (var group in TextGroup.Plain)
            if (name.SequenceEqual(group.Name)) return GroupParser.TryRead(ref scanner, group, ref _key, ref _mask);
        return false;
    }

    private bool TryReadTunnel(ref TextScanner scanner)
    {
        var isRead = TunnelParser.TryRead(ref scanner, ref _key, ref _mask, out var isTooLong);
        IsTooLong |= isTooLong;
        return isRead;
    }

    private readonly bool TryReadNumber(ref TextScanner scanner, in FlowField field)
    {
        if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, field.MaxValue, out var value, out var bits) || !scanner.TrySkip(")"))
            return false;
        field.Write(ref _key, value);
        field.Write(ref _mask, bits);
        return true;
    }

    private readonly bool TryReadFlags(ref TextScanner scanner, FlagNames flagNames, in FlowField field, uint full)
    {
        if (!flagNames.TryRead(ref scanner, full, out var flags, out var bits) || !scanner.TrySkip(")")) return false;
        if (((flags | bits) & ~full) != 0) return false;
        field.Write(ref _key, flags);
        field.Write(ref _mask, bits);
        return true;
    }

    private readonly bool TryReadInPort(ref TextScanner scanner)
    {
        if (scanner.Peek is >= '0' and <= '9') return TryReadNumber(ref scanner, F.InPort);
        if (names is null || !names.TryGetPort(scanner.TakeUntil(")"), out var port)) return false;
        F.InPort.Write(ref _key, port.Value);
        F.InPort.SetMaskExact(ref _mask);
        return scanner.TrySkip(")");
    }

    private static bool TryReadType(ref TextScanner scanner, ref Level level)
    {
        if (!GroupParser.TryReadValue(ref scanner, TextKind.Hex, ushort.MaxValue, out var value, out var bits)) return false;
        level.Type = (ushort)value;
        level.TypeMask = (ushort)bits;
        return scanner.TrySkip(")");
    }

    private bool TryReadEncap(ref TextScanner scanner, int level)
    {
        if (level == MaxTags || _levels[level].HasEncap) return false;
        _levels[level].HasEncap = true;
        while (true)
        {
            scanner.SkipSeparators();
            if (scanner.TrySkip(")")) return true;
            if (scanner.AtEnd || !TryReadAttribute(ref scanner, level + 1)) return false;
        }
    }

    private readonly bool TryReadMpls(ref TextScanner scanner)
    {
        Span<uint> entries = stackalloc uint[3];
        Span<uint> masks = stackalloc uint[3];
        entries.Clear();
        masks.Clear();
        if (!GroupParser.TryReadMpls(ref scanner, entries, masks)) return false;
        (_key.Mpls0, _key.Mpls1, _key.Mpls2) = (entries[0], entries[1], entries[2]);
        (_mask.Bits.Mpls0, _mask.Bits.Mpls1, _mask.Bits.Mpls2) = (masks[0], masks[1], masks[2]);
        return true;
    }

    /// <summary>Turns types and tags by level into the two tags and the one type of a key.</summary>
    private bool TryPlaceTypes()
    {
        var depth = 0;
        while (depth < MaxTags && _levels[depth].HasEncap && (_levels[depth].Tci & FlowKey.VlanPresent) != 0) depth++;
        for (var i = 0; i <= MaxTags; i++)
        {
            ref var level = ref _levels[i];
            // "vlan" and "encap" without each other; a masked-out vlan leaves only encap, and then a tag of which nothing is matched.
            if (!level.HasEncap && level.Tci != 0) return false;
            if (level.HasEncap && level.Type == 0) return false;
        }

        if (depth > 0)
        {
            (_key.VlanTpid, _mask.Bits.VlanTpid) = (_levels[0].Type, _levels[0].TypeMask);
            _key.VlanTci = _levels[0].Tci;
        }

        if (depth > 1)
        {
            (_key.InnerVlanTpid, _mask.Bits.InnerVlanTpid) = (_levels[1].Type, _levels[1].TypeMask);
            _key.InnerVlanTci = _levels[1].Tci;
        }

        // No tag in the text means that there is none in the frame.
        _mask.Bits.VlanTci = _levels[0].HasEncap ? _levels[0].TciMask : ushort.MaxValue;
        if (depth > 0) _mask.Bits.InnerVlanTci = _levels[1].HasEncap ? _levels[1].TciMask : ushort.MaxValue;
        var last = _levels[depth];
        (_key.EthType, _mask.Bits.EthType) = (last.Type, last.TypeMask);
        if (last is { Type: 0, TypeMask: ushort.MaxValue }) _key.EthType = FlowKey.NonEthernetType;
        return true;
    }
}
