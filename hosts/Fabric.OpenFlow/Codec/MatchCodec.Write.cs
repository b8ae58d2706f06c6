using Fabric.Flow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Writing entries, in the order in which OVS does (<c>nx_put_raw</c>).</summary>
public static partial class MatchCodec
{
    private static readonly OpenFlowField[] TunnelBefore =
    [
        F.TunnelId, F.TunnelFlagBits, F.TunnelSource, F.TunnelDestination, F.TunnelSourceV6, F.TunnelDestinationV6, F.TunnelGbpId,
        F.TunnelGbpFlags,
    ];

    private static readonly OpenFlowField[] TunnelBehind =
        [F.ErspanIndex, F.ErspanVersion, F.ErspanDirection, F.ErspanHardwareId, F.GtpuFlags, F.GtpuMessageType];

    private static readonly OpenFlowField[] ArpFields = [F.ArpOp, F.ArpSpa, F.ArpTpa, F.ArpSha, F.ArpTha];
    private static readonly OpenFlowField[] MplsFields = [F.MplsTc, F.MplsBos, F.MplsTtl, F.MplsLabel];

    /// <summary>Writes a match as entries alone.</summary>
    /// <param name="oxm">0 for NXM, else the version whose codes to prefer.</param>
    /// <param name="cookie">Only for NXM.</param>
    public static void WriteEntries(Match match, OpenFlowVersion oxm, WireWriter writer, CookieFilter cookie = default)
    {
        var start = writer.Size;
        var put = new EntryWriter(match, oxm, writer);
        ref var packet = ref match.Value.Packet;
        if (packet.PacketType != 0) put.Put(F.PacketType);
        put.Put(F.DpHash);
        put.Put(F.RecircId);
        put.Put(F.ConjunctionId);
        put.Put(oxm == 0 ? F.InPort : F.InPortWide);
        put.Put(F.ActionSetOutput);
        put.Put(F.EthSource);
        put.Put(F.EthDestination);
        put.Put(F.EthType);
        WriteVlan(ref put, match, oxm);
        var type = packet.PacketType == 0 ? packet.EthType : packet.PacketType >> 16 == 1 ? (ushort)packet.PacketType : 0;
        if (type is 0x8847 or 0x8848) put.Exact(MplsFields);
        if (type is 0x0800 or 0x86dd) WriteIp(ref put, match, oxm, type == 0x0800);
        else if (type is 0x0806 or 0x8035) put.All(ArpFields);
        put.All(TunnelBefore);
        put.TunnelOptions();
        put.All(TunnelBehind);
        put.All(oxm < OpenFlowVersion.V15 ? F.Registers : F.DoubleRegisters);
        put.Put(F.PacketMark);
        WriteConnection(ref put, match, type == 0x86dd);
        put.Put(F.Metadata);
        if (cookie.Mask != 0)
        {
            writer.U32(new FieldCode("NXM_NX_COOKIE", 0, FieldCode.Nxm1, 30, 0).Header(8, cookie.Mask != ulong.MaxValue));
            writer.U64(cookie.Cookie & cookie.Mask);
            if (cookie.Mask != ulong.MaxValue) writer.U64(cookie.Mask);
        }

        if (match.Mask.Packet.PacketType == uint.MaxValue && packet.PacketType == 0 && !put.HasEthernet)
            writer.Insert(start, F.PacketType.CodeFor(oxm).Header(4, false), 0);
    }

    private static void WriteVlan(ref EntryWriter put, Match match, OpenFlowVersion oxm)
    {
        var (tci, mask) = (match.Value.Packet.VlanTci, match.Mask.Packet.VlanTci);
        if (mask == 0) return;
        if (oxm == 0)
        {
            put.Put(F.VlanTci);
            return;
        }

        put.Put(F.VlanVid);
        if ((tci & 0x1fff) != 0 && (mask & 0xe000) != 0) put.Exact(F.VlanPcp);
    }

    private static void WriteIp(ref EntryWriter put, Match match, OpenFlowVersion oxm, bool isIpv4)
    {
        put.Put(isIpv4 ? F.NwSource : F.Ipv6Source);
        put.Put(isIpv4 ? F.NwDestination : F.Ipv6Destination);
        put.Put(F.Fragment);
        put.Exact(oxm == 0 ? F.NwTos : F.Dscp);
        put.Exact(F.Ecn);
        put.Exact(F.NwTtl);
        put.Put(F.Ipv6Label);
        if (match.Mask.Packet.NwProto == 0) return;
        put.Exact(F.NwProto);
        switch (match.Value.Packet.NwProto)
        {
            case 6:
                put.Put(F.TcpSource);
                put.Put(F.TcpDestination);
                put.Put(F.TcpFlagBits);
                return;
            case 17:
                put.Put(F.UdpSource);
                put.Put(F.UdpDestination);
                return;
            case 132:
                put.Put(F.SctpSource);
                put.Put(F.SctpDestination);
                return;
            case 1 when isIpv4:
                put.Exact(F.IcmpType);
                put.Exact(F.IcmpCode);
                return;
            case 58 when !isIpv4:
                WriteIcmpv6(ref put, match);
                return;
        }
    }

    private static void WriteIcmpv6(ref EntryWriter put, Match match)
    {
        put.Exact(F.Icmpv6Type);
        put.Exact(F.Icmpv6Code);
        var type = match.Value.Packet.TpSource;
        if (type is not (135 or 136) || match.Value.Packet.TpDestination != 0) return;
        put.Exact(F.NdReserved);
        put.Put(F.NdTarget);
        put.Exact(F.NdOptionsType);
        put.Put(type == 135 ? F.NdSourceLink : F.NdTargetLink);
    }

    private static void WriteConnection(ref EntryWriter put, Match match, bool isIpv6)
    {
        put.Put(F.CtState);
        put.Put(F.CtZone);
        put.Put(F.CtMark);
        put.Put(F.CtLabel);
        // The IPv4 addresses lie in the first bytes of the IPv6 ones; OVS writes both sources before both destinations.
        var isWide = isIpv6 || (F.CtIpv6Source.Get(ref match.Mask) << 32) != 0 || (F.CtIpv6Destination.Get(ref match.Mask) << 32) != 0;
        put.Put(isWide ? F.CtIpv6Source : F.CtNwSource);
        put.Put(isWide ? F.CtIpv6Destination : F.CtNwDestination);
        if (match.Value.Packet.CtNwProto == 0) return;
        put.Put(F.CtNwProto);
        put.Put(F.CtTpSource);
        put.Put(F.CtTpDestination);
    }

    /// <summary>Puts single fields, and knows whether one of them needs Ethernet.</summary>
    private ref struct EntryWriter(Match match, OpenFlowVersion oxm, WireWriter writer)
    {
        private readonly uint _sections = OpenFlowKey.UsedSections(ref match.Mask);

        public bool HasEthernet { get; private set; }

        public void All(ReadOnlySpan<OpenFlowField> fields)
        {
            foreach (var field in fields) Put(field);
        }

        public void Exact(ReadOnlySpan<OpenFlowField> fields)
        {
            foreach (var field in fields) Exact(field);
        }

        /// <summary>The field with its mask, if the match has any of it.</summary>
        public void Put(OpenFlowField field)
        {
            if ((_sections >> (field.Offset / FlowKey.SectionSize) & 1) == 0) return;
            var mask = field.Get(ref match.Mask);
            if (mask == 0) return;
            // One bit in a byte: OVS keeps the mask, which does not cover the byte.
            var hasMask = mask != field.AllOnes || field.Width == 1;
            Header(field, field.WireSize, hasMask);
            writer.Number(field.Get(ref match.Value), field.WireSize);
            if (hasMask) writer.Number(mask, field.WireSize);
        }

        /// <summary>The field without a mask, if the match has any of it.</summary>
        public void Exact(OpenFlowField field)
        {
            if ((_sections >> (field.Offset / FlowKey.SectionSize) & 1) == 0 || field.Get(ref match.Mask) == 0) return;
            Header(field, field.WireSize, false);
            writer.Number(field.Get(ref match.Value), field.WireSize);
        }

        public void TunnelOptions()
        {
            for (var present = match.Mask.TunnelPresent; present != 0; present &= present - 1)
            {
                var field = match.TunnelOptions.FieldAt(System.Numerics.BitOperations.TrailingZeroCount(present));
                if (field is null) continue;
                var mask = OpenFlowKey.AllBytes(ref match.Mask).Slice(field.Offset, field.Size);
                var hasMask = field.Size == 0 || mask.ContainsAnyExcept((byte)0xff);
                Header(field, field.Size, hasMask);
                field.GetBytes(ref match.Value, writer.Take(field.Size));
                if (hasMask) writer.Bytes(mask);
            }
        }

        private void Header(OpenFlowField field, int size, bool hasMask)
        {
            if (field.Prerequisite != MatchPrerequisite.None) HasEthernet = true;
            field.WriteHeader(oxm, size, hasMask, writer);
        }
    }
}
