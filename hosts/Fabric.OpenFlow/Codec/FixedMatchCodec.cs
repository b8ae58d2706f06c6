using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Fabric.Flow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>
/// The structs that OpenFlow 1.0 and 1.1 match with (their <c>struct ofp_match</c>; OVS: <c>lib/ofp-match.c</c>). A field that they do not
/// have is lost when written; who writes asks <see cref="Fits10"/> first.
/// </summary>
public static class FixedMatchCodec
{
    public const int Size10 = 40;
    public const int Size11 = 88;
    internal const ushort StandardType = 0;

    private const uint AllWildcards10 = (1 << 22) - 1;
    private const int SourceShift = 8;
    private const int DestinationShift = 14;
    private const ushort Untagged10 = 0xffff;
    private const ushort Any11 = 0xfffe;
    private const ushort Untagged11 = 0xffff;
    private const ushort NotEthernetType = 0x05ff;
    private const ushort Tagged = 0x1000;
    private const ushort VidMask = 0x0fff;
    private const ushort PcpMask = 0xe000;

    [Flags]
    private enum Wild10 : uint
    {
        InPort = 1 << 0, Vlan = 1 << 1, EthSource = 1 << 2, EthDestination = 1 << 3, EthType = 1 << 4, Proto = 1 << 5, TpSource = 1 << 6,
        TpDestination = 1 << 7, Pcp = 1 << 20, Tos = 1 << 21,
    }

    [Flags]
    private enum Wild11 : uint
    {
        InPort = 1 << 0, Vlan = 1 << 1, Pcp = 1 << 2, EthType = 1 << 3, Tos = 1 << 4, Proto = 1 << 5, TpSource = 1 << 6,
        TpDestination = 1 << 7, MplsLabel = 1 << 8, MplsTc = 1 << 9,
    }

    /// <summary>Has the match only what 1.0's struct holds?</summary>
    public static bool Fits10(Match match)
    {
        var writer = new WireWriter(Size10);
        Write10(match, writer);
        var reader = new WireReader(writer.Written);
        var again = Read10(ref reader);
        return again.Mask.Equals(match.Mask) && again.Value.Equals(match.Value);
    }

    /// <summary>Any 40 bytes are a match of OpenFlow 1.0.</summary>
    /// <param name="into">An empty match to be read into; null makes one.</param>
    public static Match Read10(ref WireReader reader, Match? into = null)
    {
        var wildcards = reader.U32() & AllWildcards10;
        var match = into ?? new Match();
        var inPort = reader.U16();
        var (source, destination) = (reader.Number(6), reader.Number(6));
        var vlan = reader.U16();
        var pcp = reader.U8();
        reader.Skip(1);
        var type = reader.U16();
        var (tos, proto) = (reader.U8(), reader.U8());
        reader.Skip(2);
        var (nwSource, nwDestination) = (reader.U32(), reader.U32());
        var (tpSource, tpDestination) = (reader.U16(), reader.U16());
        var wild = (Wild10)wildcards;
        if ((wild & Wild10.InPort) == 0) match.Set(F.InPort, inPort);
        if ((wild & Wild10.EthSource) == 0) match.Set(F.EthSource, source);
        if ((wild & Wild10.EthDestination) == 0) match.Set(F.EthDestination, destination);
        if ((wild & Wild10.EthType) == 0) match.Set(F.EthType, type);
        if ((wild & Wild10.Tos) == 0) match.Set(F.Dscp, (UInt128)(tos >> 2));
        if ((wild & Wild10.Proto) == 0) match.Set(F.NwProto, proto);
        if ((wild & Wild10.TpSource) == 0) match.Set(F.TpSource, tpSource);
        if ((wild & Wild10.TpDestination) == 0) match.Set(F.TpDestination, tpDestination);
        SetMasked(match, F.NwSource, nwSource, NetMask(wildcards >> SourceShift));
        SetMasked(match, F.NwDestination, nwDestination, NetMask(wildcards >> DestinationShift));
        var tci = (ushort)((vlan & VidMask) | (pcp << 13 & PcpMask) | Tagged);
        if ((wild & Wild10.Vlan) == 0 && vlan == Untagged10) match.Set(F.VlanTci, 0);
        else
        {
            if ((wild & Wild10.Pcp) == 0) SetMasked(match, F.VlanTci, tci, PcpMask | Tagged);
            if ((wild & Wild10.Vlan) == 0) SetMasked(match, F.VlanTci, tci, VidMask | Tagged);
        }

        return match;
    }

    public static void Write10(Match match, WireWriter writer)
    {
        ref var value = ref match.Value.Packet;
        ref var mask = ref match.Mask.Packet;
        var wild = (Wild10)0;
        if (match.Mask.InPort.Value == 0) wild |= Wild10.InPort;
        if (mask.EthType == 0) wild |= Wild10.EthType;
        if (mask.NwProto == 0) wild |= Wild10.Proto;
        if ((mask.NwTos & 0xfc) == 0) wild |= Wild10.Tos;
        if (mask.TpSource == 0) wild |= Wild10.TpSource;
        if (mask.TpDestination == 0) wild |= Wild10.TpDestination;
        if (mask.EthSource.Value == 0) wild |= Wild10.EthSource;
        if (mask.EthDestination.Value == 0) wild |= Wild10.EthDestination;
        var (vlan, pcp) = ((ushort)0, (byte)0);
        if (mask.VlanTci == 0) wild |= Wild10.Vlan | Wild10.Pcp;
        else if ((mask.VlanTci & Tagged) != 0 && (value.VlanTci & Tagged) == 0) vlan = Untagged10;
        else
        {
            if ((mask.VlanTci & VidMask) == 0) wild |= Wild10.Vlan;
            else vlan = (ushort)(value.VlanTci & VidMask);
            if ((mask.VlanTci & PcpMask) == 0) wild |= Wild10.Pcp;
            else pcp = (byte)(value.VlanTci >> 13);
        }

        writer.U32((uint)wild | WildBits(mask.NwSource) << SourceShift | WildBits(mask.NwDestination) << DestinationShift);
        writer.U16(match.Value.InPort.Value);
        writer.Number(value.EthSource.Value, 6);
        writer.Number(value.EthDestination.Value, 6);
        writer.U16(vlan);
        writer.U8(pcp);
        writer.U8(0);
        writer.U16(value.EthType);
        writer.U8((byte)(value.NwTos & 0xfc));
        writer.U8(value.NwProto);
        writer.U16(0);
        writer.U32(value.NwSource.Value);
        writer.U32(value.NwDestination.Value);
        writer.U16(value.TpSource);
        writer.U16(value.TpDestination);
    }

    internal static bool TryRead11(
        ref WireReader reader, int size, [NotNullWhen(true)] out Match? match, out OpenFlowError error, Match? into = null)
    {
        match = null;
        error = OpenFlowError.BmcBadLen;
        if (size != Size11 || reader.Remaining < Size11) return false;
        var result = into ?? new Match();
        error = Read11(new WireReader(reader.Bytes(Size11)), result);
        if (error != OpenFlowError.None) return false;
        match = result;
        return true;
    }

    private static OpenFlowError Read11(WireReader reader, Match match)
    {
        reader.Skip(4);
        var inPort = reader.U32();
        var wild = (Wild11)reader.U32();
        if ((wild & Wild11.InPort) == 0)
        {
            if (inPort is >= 0xff00 and < 0xffffff00) return OpenFlowError.BmcBadValue;
            match.Set(F.InPort, inPort & 0xffff);
        }

        var (source, sourceMask) = (reader.Number(6), ~reader.Number(6) & F.EthSource.AllOnes);
        var (destination, destinationMask) = (reader.Number(6), ~reader.Number(6) & F.EthSource.AllOnes);
        SetMasked(match, F.EthSource, source, sourceMask);
        SetMasked(match, F.EthDestination, destination, destinationMask);
        var (vid, pcp) = (reader.U16(), reader.U8());
        reader.Skip(1);
        if ((wild & Wild11.Vlan) == 0)
        {
            if (vid == Untagged11) match.Set(F.VlanTci, 0);
            else
            {
                if (vid is > VidMask and not Any11) return OpenFlowError.BmcBadValue;
                if (vid == Any11) match.Set(F.VlanTci, Tagged, Tagged);
                else match.Set(F.VlanTci, (UInt128)(vid | Tagged), VidMask | Tagged);
                if ((wild & Wild11.Pcp) == 0)
                {
                    if (pcp > 7) return OpenFlowError.BmcBadValue;
                    match.Set(F.VlanTci, (UInt128)(pcp << 13), PcpMask);
                }
            }
        }

        var type = reader.U16();
        if ((wild & Wild11.EthType) == 0) match.Set(F.EthType, type);
        else type = 0;
        var error = ReadNetwork11(ref reader, match, wild, type);
        if (error != OpenFlowError.None) return error;
        var (label, trafficClass) = (reader.U32(), reader.U8());
        reader.Skip(3);
        if (type is 0x8847 or 0x8848)
        {
            if ((wild & Wild11.MplsLabel) == 0) match.Set(F.MplsLabel, label & 0xfffff);
            if ((wild & Wild11.MplsTc) == 0) match.Set(F.MplsTc, (UInt128)(trafficClass & 7));
        }

        var (metadata, metadataMask) = (reader.U64(), ~reader.U64());
        SetMasked(match, F.Metadata, metadata, metadataMask);
        return OpenFlowError.None;
    }

    private static OpenFlowError ReadNetwork11(ref WireReader reader, Match match, Wild11 wild, ushort type)
    {
        var (tos, proto) = (reader.U8(), reader.U8());
        var (source, sourceMask, destination, destinationMask) = (reader.U32(), ~reader.U32(), reader.U32(), ~reader.U32());
        var (tpSource, tpDestination) = (reader.U16(), reader.U16());
        var isIpv4 = type == 0x0800;
        if (isIpv4 && (wild & Wild11.Tos) == 0)
        {
            if ((tos & 3) != 0) return OpenFlowError.BmcBadValue;
            match.Set(F.Dscp, (UInt128)(tos >> 2));
        }

        if (isIpv4 || type is 0x0806 or 0x8035)
        {
            if ((wild & Wild11.Proto) == 0) match.Set(F.NwProto, proto);
            SetMasked(match, F.NwSource, source, sourceMask);
            SetMasked(match, F.NwDestination, destination, destinationMask);
        }

        if (!isIpv4 || (wild & Wild11.Proto) != 0 || proto is not (1 or 6 or 17 or 132)) return OpenFlowError.None;
        if ((wild & Wild11.TpSource) == 0)
        {
            if (proto == 1 && tpSource > 0xff) return OpenFlowError.BmcBadField;
            match.Set(F.TpSource, tpSource);
        }

        if ((wild & Wild11.TpDestination) == 0)
        {
            if (proto == 1 && tpDestination > 0xff) return OpenFlowError.BmcBadField;
            match.Set(F.TpDestination, tpDestination);
        }

        return OpenFlowError.None;
    }

    internal static void Write11(Match match, WireWriter writer)
    {
        ref var value = ref match.Value.Packet;
        ref var mask = ref match.Mask.Packet;
        var wild = (Wild11)0;
        if (match.Mask.InPort.Value == 0) wild |= Wild11.InPort;
        var (vid, pcp) = ((ushort)0, (byte)0);
        if (mask.VlanTci == 0) wild |= Wild11.Vlan | Wild11.Pcp;
        else if ((mask.VlanTci & Tagged) != 0 && (value.VlanTci & Tagged) == 0)
        {
            vid = Untagged11;
            wild |= Wild11.Pcp;
        }
        else
        {
            vid = (mask.VlanTci & VidMask) == 0 ? Any11 : (ushort)(value.VlanTci & VidMask);
            if ((mask.VlanTci & PcpMask) == 0) wild |= Wild11.Pcp;
            else pcp = (byte)(value.VlanTci >> 13);
        }

        if (mask.EthType == 0) wild |= Wild11.EthType;
        if ((mask.NwTos & 0xfc) == 0) wild |= Wild11.Tos;
        if (mask.NwProto == 0) wild |= Wild11.Proto;
        if (mask.TpSource == 0) wild |= Wild11.TpSource;
        if (mask.TpDestination == 0) wild |= Wild11.TpDestination;
        if (F.MplsLabel.Get(ref match.Mask) == 0) wild |= Wild11.MplsLabel;
        if (F.MplsTc.Get(ref match.Mask) == 0) wild |= Wild11.MplsTc;
        writer.U16(StandardType);
        writer.U16(Size11);
        writer.U32(match.Mask.InPort.Value == 0 ? 0 : ActionCodec.WidePort(match.Value.InPort));
        writer.U32((uint)wild);
        writer.Number(value.EthSource.Value, 6);
        writer.Number(~(UInt128)mask.EthSource.Value, 6);
        writer.Number(value.EthDestination.Value, 6);
        writer.Number(~(UInt128)mask.EthDestination.Value, 6);
        writer.U16(vid);
        writer.U8(pcp);
        writer.U8(0);
        writer.U16(value.EthType);
        writer.U8((byte)(value.NwTos & 0xfc));
        writer.U8(value.NwProto);
        writer.U32(value.NwSource.Value);
        writer.U32(~mask.NwSource.Value);
        writer.U32(value.NwDestination.Value);
        writer.U32(~mask.NwDestination.Value);
        writer.U16(value.TpSource);
        writer.U16(value.TpDestination);
        writer.Number(F.MplsLabel.Get(ref match.Value), 4);
        writer.Number(F.MplsTc.Get(ref match.Value), 1);
        writer.Zeros(3);
        writer.U64(match.Value.Metadata);
        writer.U64(~match.Mask.Metadata);
    }

    private static void SetMasked(Match match, OpenFlowField field, UInt128 value, UInt128 mask)
    {
        if (mask != 0) match.Set(field, value, mask);
    }

    private static uint NetMask(uint wildBits) => (wildBits & 0x3f) >= 32 ? 0 : uint.MaxValue << (int)(wildBits & 0x3f);

    /// <summary>Low bits that are not matched, when the mask is a prefix; OVS counts the trailing zeros whatever it is.</summary>
    private static uint WildBits(Ipv4Address mask) => mask.Value == 0 ? 32 : (uint)BitOperations.TrailingZeroCount(mask.Value);
}
