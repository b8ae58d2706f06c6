using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>
/// Matches on the wire: NXM and OXM here, the fixed structs of OpenFlow 1.0 and 1.1 in <see cref="FixedMatchCodec"/>. OVS's
/// <c>nx_pull_raw</c> is the model down to the order of checks.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>M1: what <see cref="Write"/> writes, <see cref="TryRead"/> reads as an equal match, and writes again as the same bytes.</item>
/// <item>M2: no bytes make a reader throw or read past their end.</item>
/// </list>
/// <para>Not kept: a mask that covers all bits which a field has, but not all bits of its bytes on the wire, is written as no mask. That
/// the packet is Ethernet follows from any Ethernet field and is then not kept beside it.</para>
/// </summary>
public static partial class MatchCodec
{
    private const ushort OxmType = 1;
    private const int HeaderSize = 4;
    private const uint NewToReply = 0x01 | 0x02 | 0x04 | 0x08 | 0x40 | 0x80;
    private const uint Tracked = 0x20;
    private const uint Invalid = 0x10;

    /// <summary>
    /// Reads the match of OpenFlow 1.1 and later, with its header and padding (OVS: <c>ofputil_pull_ofp11_match</c>).
    /// </summary>
    /// <param name="map">The switch's tunnel options; null makes places for them in the match itself.</param>
    /// <param name="into">An empty match to be read into; null makes one.</param>
    public static bool TryRead(ref WireReader reader, TunnelOptionMap? map, [NotNullWhen(true)] out Match? match, out OpenFlowError error,
        Match? into = null)
    {
        match = null;
        error = OpenFlowError.BmcBadLen;
        if (reader.Remaining < HeaderSize) return false;
        var peek = reader;
        var type = peek.U16();
        var size = peek.U16();
        if (type == FixedMatchCodec.StandardType) return FixedMatchCodec.TryRead11(ref reader, size, out match, out error, into);
        if (type != OxmType)
        {
            error = OpenFlowError.BmcBadType;
            return false;
        }

        if (size < HeaderSize) return false;
        var bytes = reader.Bytes((size + 7) & ~7);
        return !reader.IsExhausted && TryReadEntries(bytes[HeaderSize..size], map, EntryRules.Strict, out match, out _, out error, into);
    }

    /// <summary>Writes what <see cref="TryRead"/> reads.</summary>
    /// <param name="version">1.1 or later; 1.1 has no place for most fields and loses them.</param>
    public static void Write(Match match, OpenFlowVersion version, WireWriter writer)
    {
        if (version == OpenFlowVersion.V11)
        {
            FixedMatchCodec.Write11(match, writer);
            return;
        }

        var start = writer.Size;
        writer.U16(OxmType);
        writer.U16(0);
        WriteEntries(match, version, writer);
        writer.PatchU16(start + 2, (ushort)(writer.Size - start));
        writer.PadTo8(start);
    }

    /// <summary>Reads <paramref name="size"/> bytes of NXM entries and the padding to a multiple of 8 behind them.</summary>
    public static bool TryReadNxm(ref WireReader reader, int size, TunnelOptionMap? map, EntryRules rules,
        [NotNullWhen(true)] out Match? match, out CookieFilter cookie, out OpenFlowError error, Match? into = null)
    {
        match = null;
        cookie = default;
        error = OpenFlowError.BmcBadLen;
        var bytes = reader.Bytes((size + 7) & ~7);
        return !reader.IsExhausted && TryReadEntries(bytes[..size], map, rules, out match, out cookie, out error, into);
    }

    /// <summary>Writes NXM entries and their padding.</summary>
    /// <returns>Bytes without the padding.</returns>
    public static int WriteNxm(Match match, CookieFilter cookie, WireWriter writer)
    {
        var start = writer.Size;
        WriteEntries(match, 0, writer, cookie);
        var size = writer.Size - start;
        writer.PadTo8(start);
        return size;
    }

    /// <summary>Reads entries without a header around them.</summary>
    public static bool TryReadEntries(ReadOnlySpan<byte> bytes, TunnelOptionMap? map, EntryRules rules,
        [NotNullWhen(true)] out Match? match, out CookieFilter cookie, out OpenFlowError error, Match? into = null)
    {
        var result = into ?? new Match();
        result.TunnelOptions = map ?? TunnelOptionMap.Empty;
        var reader = new WireReader(bytes);
        var hasEthernet = false;
        cookie = default;
        match = null;
        error = OpenFlowError.None;
        while (reader.Remaining > 0)
        {
            if (!FieldEntry.TryRead(ref reader, map, false, (rules & EntryRules.WithCookie) != 0, out var entry, out error))
            {
                if (error == OpenFlowError.BmcBadField && (rules & EntryRules.Loose) != 0) continue;
                return false;
            }

            if (entry.IsCookie)
            {
                error = cookie.Mask != 0 ? OpenFlowError.BmcDupField : OpenFlowError.None;
                cookie = new CookieFilter((ulong)entry.Number, (ulong)entry.MaskNumber);
            }
            else
            {
                error = Apply(result, entry, rules);
                hasEthernet |= entry.Field!.Prerequisite != MatchPrerequisite.None;
            }

            if (error != OpenFlowError.None) return false;
        }

        if (hasEthernet && result.Value.Packet.PacketType == 0) result.Mask.Packet.PacketType = 0;
        error = OpenFlowError.None;
        match = result;
        return true;
    }

    private static OpenFlowError Apply(Match match, in FieldEntry entry, EntryRules rules)
    {
        var field = entry.Field!;
        if (!field.IsMaskable && entry.HasMask && entry.Mask.ContainsAnyExcept((byte)0) && entry.Mask.ContainsAnyExcept((byte)0xff))
            return OpenFlowError.BmcBadMask;
        if (!IsValid(field, entry.Number)) return OpenFlowError.BmcBadValue;
        if ((rules & EntryRules.Loose) == 0 && !HasPrerequisite(field, ref match.Value.Packet, match.Mask.Packet.CtState))
            return OpenFlowError.BmcBadPrereq;
        if (field.TunnelIndex is { } index)
        {
            if ((match.Mask.TunnelPresent >> index & 1) != 0) return OpenFlowError.BmcDupField;
            return SetTunnelOption(match, field, index, entry);
        }

        if (field.Get(ref match.Mask) != 0) return OpenFlowError.BmcDupField;
        if ((rules & EntryRules.PipelineOnly) != 0 && !IsPipelineField(field)) return OpenFlowError.BrcPipelineFieldsOnly;
        var mask = entry.MaskNumber & field.AllOnes;
        if (mask != 0) Set(match, field, entry.Number & field.AllOnes, mask);
        return OpenFlowError.None;
    }

    /// <summary>Could a packet have this value? Wider bits than the field has must be zero (OVS: <c>mf_is_value_valid</c>).</summary>
    internal static bool IsValid(OpenFlowField field, UInt128 value)
    {
        if (field.TunnelIndex is not null || IsErspan(field)) return true;
        if ((value & ~(field.AllOnes & ~field.Kept)) != 0) return false;
        if (field == F.CtState) return value <= 0xff;
        return (!field.IsWidePort && field != F.ActionSetOutput) || value < 0xff00 || value >= 0xffffff00;
    }

    /// <summary>Sets a field of a match, with what else that implies.</summary>
    private static void Set(Match match, OpenFlowField field, UInt128 value, UInt128 mask)
    {
        if (field == F.VlanPcp)
        {
            const int Tagged = 0x1000;
            match.Set(F.VlanTci, value << 13 | Tagged, 0xe000 | Tagged);
        }
        else if (field == F.ErspanDirection || field == F.ErspanHardwareId)
        {
            // OVS 3.1 matches the bits that are set, whatever the mask says (match_set_tun_erspan_dir_masked).
            if (value != 0) match.Set(field, value, value);
        }
        else if (field == F.InPortWide) match.Set(F.InPort, value & 0xffff);
        else if (field == F.IcmpType || field == F.Icmpv6Type) match.Set(F.TpSource, value);
        else if (field == F.IcmpCode || field == F.Icmpv6Code) match.Set(F.TpDestination, value);
        else match.Set(field, value, mask);
    }

    /// <summary>Makes a match ask for a value in some bits of a field, as a learned rule does.</summary>
    internal static void SetBits(Match match, FieldBits bits, UInt128 value)
    {
        var mask = bits.Width >= 128 ? UInt128.MaxValue : (UInt128.One << bits.Width) - 1;
        mask = (mask << bits.Start) & bits.Field.AllOnes;
        Set(match, bits.Field, (value << bits.Start) & mask, mask);
    }

    private static OpenFlowError SetTunnelOption(Match match, OpenFlowField field, int index, in FieldEntry entry)
    {
        if (match.TunnelOptions.FieldAt(index) is null)
        {
            if (!match.TunnelOptions.TryAddUnnamed(index, entry.Value.Length, out var grown)) return OpenFlowError.BmcBadValue;
            match.TunnelOptions = grown;
        }

        field = match.TunnelOptions.FieldAt(index)!;
        Span<byte> value = stackalloc byte[TunnelOptionMap.MaxOptionSize];
        Span<byte> mask = stackalloc byte[TunnelOptionMap.MaxOptionSize];
        value.Clear();
        mask.Clear();
        var size = Math.Min(entry.Value.Length, field.Size);
        entry.Value[..size].CopyTo(value[(field.Size - size)..]);
        if (entry.HasMask) entry.Mask[..size].CopyTo(mask[(field.Size - size)..]);
        else mask.Fill(0xff);
        field.SetBytes(ref match.Value, value);
        field.SetBytes(ref match.Mask, mask);
        return OpenFlowError.None;
    }

    /// <summary>Do all packets with these header fields have the field? (OVS: <c>mf_are_match_prereqs_ok</c>)</summary>
    /// <param name="ctStateMask">Bits of the connection state that are known.</param>
    internal static bool HasPrerequisite(OpenFlowField field, ref FlowKey key, uint ctStateMask)
    {
        if (field.Prerequisite == MatchPrerequisite.None) return true;
        if (field.Prerequisite == MatchPrerequisite.Connection)
            return IsValidConnection(key.CtState, ctStateMask);
        if (key.PacketType == 0) return MatchPrerequisites.AreMet(field.Prerequisite, ref key);
        if (field.Prerequisite is MatchPrerequisite.Ethernet or MatchPrerequisite.Vlan) return false;
        var withoutEthernet = key;
        withoutEthernet.EthType = key.PacketType >> 16 == 1 ? (ushort)key.PacketType : FlowKey.NonEthernetType;
        return MatchPrerequisites.AreMet(field.Prerequisite, ref withoutEthernet);
    }

    /// <summary>
    /// Are addresses of a connection's original direction of the family that the match is about? IPv4 ones lie in the first bytes of the
    /// IPv6 ones.
    /// </summary>
    public static bool HasFittingConnection(Match match)
    {
        var asked = F.CtIpv6Source.Get(ref match.Mask) | F.CtIpv6Destination.Get(ref match.Mask);
        return asked == 0 || match.Value.Packet.EthType == 0x86dd || (match.Value.Packet.EthType == 0x0800 && asked << 32 == 0);
    }

    /// <summary>Does the match promise a packet of a known connection? (OVS: <c>is_ct_valid</c>)</summary>
    internal static bool IsValidConnection(uint state, uint mask) =>
        (state & NewToReply) != 0 || ((state & Tracked) != 0 && (mask & Invalid) != 0 && (state & Invalid) == 0);

    private static bool IsErspan(OpenFlowField field) =>
        field == F.ErspanIndex || field == F.ErspanVersion || field == F.ErspanDirection || field == F.ErspanHardwareId;

    /// <summary>Fields that exist while a packet is in the tables, whatever it is made of (OVS: <c>mf_is_pipeline_field</c>).</summary>
    private static bool IsPipelineField(OpenFlowField field) =>
        field == F.Metadata || field == F.InPort || field == F.InPortWide || field == F.PacketType
        || (field.Offset >= FlowKey.Size && field.Offset < FlowKey.Size + RegisterFile.Count * 4)
        || (field.Name.StartsWith("tun_", StringComparison.Ordinal) && field != F.TunnelTos && field != F.TunnelTtl);
}
