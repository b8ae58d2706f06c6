using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Hashes of header fields with OVS's values (<c>flow_hash_fields</c>), and the bits they are computed from.</summary>
internal static class PacketHash
{
    /// <summary>OVS: <c>flow_mask_hash_fields</c>.</summary>
    public static void Consult(ref FlowKey flow, ref FlowKey mask, HashFields fields)
    {
        switch (fields)
        {
            case HashFields.EthSource:
                mask.EthSource = MacAddress.Broadcast;
                break;
            case HashFields.SymmetricL4:
                ConsultSymmetricL4(ref flow, ref mask);
                break;
            case HashFields.SymmetricL3L4Udp or HashFields.SymmetricL3L4:
                if (!IsIp(ref flow))
                {
                    ConsultSymmetricL2(ref flow, ref mask);
                    break;
                }

                ConsultAddresses(ref flow, ref mask, source: true, destination: true);
                mask.NwProto = 0xff;
                var hasPorts = flow.NwProto is IpProtocol.Tcp or IpProtocol.Sctp
                    || (fields == HashFields.SymmetricL3L4Udp && flow.NwProto == IpProtocol.Udp);
                if (hasPorts && flow.NwFragment == FragmentBits.None) (mask.TpSource, mask.TpDestination) = (0xffff, 0xffff);
                break;
            default:
                ConsultAddresses(ref flow, ref mask, fields != HashFields.NwDestination, fields != HashFields.NwSource);
                break;
        }
    }

    public static uint Of(ref FlowKey flow, HashFields fields, ushort basis) => fields switch
    {
        HashFields.EthSource => OfAddress(flow.EthSource, basis),
        HashFields.SymmetricL4 => SymmetricL4(ref flow, basis),
        HashFields.SymmetricL3L4 => SymmetricL3L4(ref flow, basis, withUdp: false),
        HashFields.SymmetricL3L4Udp => SymmetricL3L4(ref flow, basis, withUdp: true),
        HashFields.NwSource => OfNetwork(ref flow, isSource: true, basis),
        HashFields.NwDestination => OfNetwork(ref flow, isSource: false, basis),
        _ => SymmetricL3(ref flow, basis),
    };

    /// <summary>OVS: <c>flow_hash_symmetric_l4</c>. Ports of UDP are left out: they need not be the same both ways.</summary>
    public static uint SymmetricL4(ref FlowKey flow, uint basis)
    {
        Span<byte> fields = stackalloc byte[32]; // address 16, type, VLAN, port 2 each, MAC 6, protocol 1, and a byte to fill
        fields.Clear();
        Number(fields[16..], flow.EthType);
        Number(fields[18..], (ushort)((flow.VlanTci ^ flow.InnerVlanTci) & 0xfff));
        var mac = flow.EthSource.Value ^ flow.EthDestination.Value;
        for (var i = 0; i < 6; i++) fields[22 + i] = (byte)(mac >> (40 - 8 * i));
        if (IsIp(ref flow))
        {
            XorOfAddresses(ref flow, fields);
            fields[28] = flow.NwProto;
            if (flow.NwProto is IpProtocol.Tcp or IpProtocol.Sctp) Number(fields[20..], (ushort)(flow.TpSource ^ flow.TpDestination));
        }

        return JenkinsHash.Of(fields, basis);
    }

    private static uint SymmetricL3(ref FlowKey flow, uint basis)
    {
        Span<byte> fields = stackalloc byte[20];
        fields.Clear();
        Number(fields[16..], flow.EthType);
        XorOfAddresses(ref flow, fields);
        return JenkinsHash.Of(fields, basis);
    }

    private static uint SymmetricL3L4(ref FlowKey flow, uint basis, bool withUdp)
    {
        if (!IsIp(ref flow)) return SymmetricL2(ref flow, basis);
        Span<byte> addresses = stackalloc byte[16];
        addresses.Clear();
        XorOfAddresses(ref flow, addresses);
        var hash = basis;
        var size = flow.EthType == EtherType.Ipv4 ? 4 : 16;
        for (var i = 0; i < size; i += 4) hash = OvsHash.Add(hash, BitConverter.ToUInt32(addresses[i..]));
        hash = OvsHash.Add(hash, flow.NwProto);
        var hasPorts = flow.NwProto is IpProtocol.Tcp or IpProtocol.Sctp || (withUdp && flow.NwProto == IpProtocol.Udp);
        if (hasPorts && flow.NwFragment == FragmentBits.None)
            hash = OvsHash.Add(hash, Swapped((ushort)(flow.TpSource ^ flow.TpDestination)));
        return OvsHash.Finish(hash, basis);
    }

    private static uint SymmetricL2(ref FlowKey flow, uint basis)
    {
        if (flow.PacketType != 0) return 0;
        Span<byte> fields = stackalloc byte[12];
        fields.Clear();
        Number(fields, flow.EthType);
        Number(fields[2..], (ushort)((flow.VlanTci ^ flow.InnerVlanTci) & 0xfff));
        var mac = flow.EthSource.Value ^ flow.EthDestination.Value;
        for (var i = 0; i < 6; i++) fields[4 + i] = (byte)(mac >> (40 - 8 * i));
        var hash = basis;
        for (var i = 0; i < 12; i += 4) hash = OvsHash.Add(hash, BitConverter.ToUInt32(fields[i..]));
        return OvsHash.Finish(hash, basis);
    }

    private static uint OfAddress(MacAddress address, uint basis)
    {
        Span<byte> bytes = stackalloc byte[6];
        for (var i = 0; i < 6; i++) bytes[i] = (byte)(address.Value >> (40 - 8 * i));
        return JenkinsHash.Of(bytes, basis);
    }

    private static uint OfNetwork(ref FlowKey flow, bool isSource, uint basis)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (flow.EthType == EtherType.Ipv4)
        {
            (isSource ? flow.NwSource : flow.NwDestination).Write(bytes);
            return JenkinsHash.Of(bytes[..4], basis);
        }

        if (flow.EthType != EtherType.Ipv6) return basis;
        (isSource ? flow.Ipv6Source : flow.Ipv6Destination).Write(bytes);
        return JenkinsHash.Of(bytes, basis);
    }

    /// <summary>What is not IP is hashed by its link header, which OVS reads as well but leaves open.</summary>
    private static void ConsultSymmetricL2(ref FlowKey flow, ref FlowKey mask)
    {
        if (flow.PacketType != 0) return;
        (mask.EthSource, mask.EthDestination) = (MacAddress.Broadcast, MacAddress.Broadcast);
        mask.VlanTci |= 0x1fff;
        mask.InnerVlanTci |= 0x1fff;
    }

    private static void ConsultSymmetricL4(ref FlowKey flow, ref FlowKey mask)
    {
        mask.EthSource = MacAddress.Broadcast;
        mask.EthDestination = MacAddress.Broadcast;
        ConsultAddresses(ref flow, ref mask, source: true, destination: true);
        if (IsIp(ref flow))
        {
            mask.NwProto = 0xff;
            var bits = flow.NwProto == IpProtocol.Icmp ? (ushort)0xff : (ushort)0xffff;
            if (flow.NwProto != IpProtocol.Udp) (mask.TpSource, mask.TpDestination) = (bits, bits);
        }

        mask.VlanTci |= 0x1fff;
        mask.InnerVlanTci |= 0x1fff;
    }

    private static void ConsultAddresses(ref FlowKey flow, ref FlowKey mask, bool source, bool destination)
    {
        if (flow.EthType == EtherType.Ipv4)
        {
            if (source) mask.NwSource = new Ipv4Address(uint.MaxValue);
            if (destination) mask.NwDestination = new Ipv4Address(uint.MaxValue);
        }
        else if (flow.EthType == EtherType.Ipv6)
        {
            if (source) mask.Ipv6Source = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
            if (destination) mask.Ipv6Destination = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
        }
    }

    private static void XorOfAddresses(ref FlowKey flow, Span<byte> to)
    {
        Span<byte> other = stackalloc byte[16];
        other.Clear();
        if (flow.EthType == EtherType.Ipv4)
        {
            flow.NwSource.Write(to);
            flow.NwDestination.Write(other);
        }
        else if (flow.EthType == EtherType.Ipv6)
        {
            flow.Ipv6Source.Write(to);
            flow.Ipv6Destination.Write(other);
        }

        for (var i = 0; i < 16; i++) to[i] ^= other[i];
    }

    private static bool IsIp(ref FlowKey flow) => flow.EthType is EtherType.Ipv4 or EtherType.Ipv6;

    /// <summary>In network order, as it lies in OVS's struct.</summary>
    private static void Number(Span<byte> to, ushort value) => (to[0], to[1]) = ((byte)(value >> 8), (byte)value);

    private static ushort Swapped(ushort value) => (ushort)(value >> 8 | value << 8);
}
