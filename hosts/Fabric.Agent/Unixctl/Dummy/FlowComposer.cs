using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Agent;

/// <summary>
/// Makes a frame that has the fields of a key (OVS: <c>flow_compose</c>): headers, 64 bytes of payload 0, 1, 2, … where the protocol
/// carries any, and right checksums. Not made: SCTP checksums, NSH, IPv6 extension headers.
/// </summary>
internal sealed class FlowComposer
{
    private const int PayloadSize = 64;
    private const byte Tcp = 6, Udp = 17, Sctp = 132, Icmp = 1, Igmp = 2, Icmpv6 = 58;
    private const ushort SynFinRst = 0x007;

    private readonly List<byte> _bytes = [];
    private readonly int _zeros;

    private FlowComposer(int zeros) => _zeros = zeros;

    /// <param name="size">Of the whole frame, which then has zeros for its payload (OVS <c>packet_expand</c>). 0 leaves it as it
    /// comes.</param>
    public static byte[] Compose(ref FlowKey key, int size)
    {
        if (size == 0) return new FlowComposer(0).Write(ref key, PayloadSize);
        var bare = new FlowComposer(0).Write(ref key, 0);
        return bare.Length >= size ? bare : new FlowComposer(size - bare.Length).Write(ref key, 0);
    }

    private byte[] Write(ref FlowKey key, int payload)
    {
        Put(key.EthDestination);
        Put(key.EthSource);
        if (key.EthType == FlowKey.NonEthernetType)
        {
            Put16((ushort)(14 + _zeros));
            _bytes.AddRange(new byte[_zeros]);
            return [.. _bytes];
        }

        PutTag(key.VlanTpid, key.VlanTci);
        PutTag(key.InnerVlanTpid, key.InnerVlanTci);
        Put16(key.EthType);
        switch (key.EthType)
        {
            case EtherType.Ipv4: PutIpv4(ref key, payload); break;
            case EtherType.Ipv6: PutIpv6(ref key, payload); break;
            case EtherType.Arp or EtherType.Rarp: PutArp(ref key); break;
            case EtherType.Mpls or EtherType.MplsMulticast:
                foreach (var label in (ReadOnlySpan<uint>)[key.Mpls0, key.Mpls1, key.Mpls2])
                {
                    Put32(label);
                    if ((label & 0x100) != 0) break;
                }

                break;
        }

        if (key.EthType is not (EtherType.Ipv4 or EtherType.Ipv6)) _bytes.AddRange(new byte[_zeros]);
        return [.. _bytes];
    }

    private void PutTag(ushort tpid, ushort tci)
    {
        if ((tci & FlowKey.VlanPresent) == 0) return;
        Put16(tpid == 0 ? EtherType.Vlan : tpid);
        Put16((ushort)(tci & ~FlowKey.VlanPresent));
    }

    private void PutIpv4(ref FlowKey key, int payload)
    {
        var start = _bytes.Count;
        _bytes.AddRange([0x45, key.NwTos]);
        Put16(0);
        Put16(0);
        var isLater = (key.NwFragment & FragmentBits.Later) != 0;
        Put16((ushort)((key.NwFragment != FragmentBits.None ? 0x2000 : 0) | (isLater ? 100 : 0)));
        _bytes.AddRange([key.NwTtl, key.NwProto]);
        Put16(0);
        Put32(key.NwSource.Value);
        Put32(key.NwDestination.Value);
        var transport = _bytes.Count;
        if (!isLater) PutTransport(ref key, payload);
        _bytes.AddRange(new byte[_zeros]);
        Set16(start + 2, (ushort)(_bytes.Count - start));
        Set16(start + 10, InternetChecksum.Compute(Span(start, 20)));
        var pseudo = InternetChecksum.PseudoHeader(key.NwSource, key.NwDestination, key.NwProto, _bytes.Count - transport);
        if (!isLater) SetChecksum(ref key, transport, pseudo);
    }

    private void PutIpv6(ref FlowKey key, int payload)
    {
        var start = _bytes.Count;
        Put32(6u << 28 | (uint)key.NwTos << 20 | key.Ipv6Label);
        Put16(0);
        _bytes.AddRange([key.NwProto, key.NwTtl]);
        Put(key.Ipv6Source);
        Put(key.Ipv6Destination);
        var transport = _bytes.Count;
        PutTransport(ref key, payload);
        _bytes.AddRange(new byte[_zeros]);
        Set16(start + 4, (ushort)(_bytes.Count - transport));
        SetChecksum(ref key, transport,
            InternetChecksum.PseudoHeader(key.Ipv6Source, key.Ipv6Destination, key.NwProto, _bytes.Count - transport));
    }

    private void PutArp(ref FlowKey key)
    {
        Put16(1);
        Put16(EtherType.Ipv4);
        _bytes.AddRange([6, 4]);
        Put16(key.NwProto);
        var isKnown = key.NwProto is 1 or 2;
        Put(isKnown ? key.ArpSourceHardware : default);
        Put32(isKnown ? key.NwSource.Value : 0);
        Put(isKnown ? key.ArpTargetHardware : default);
        Put32(isKnown ? key.NwDestination.Value : 0);
    }

    private void PutTransport(ref FlowKey key, int payload)
    {
        switch (key.NwProto)
        {
            case Tcp:
                PutPorts(ref key);
                Put32(0);
                Put32(0);
                Put16((ushort)(5 << 12 | (key.TcpFlags & 0xfff)));
                Put16(0);
                Put32(0);
                if ((key.TcpFlags & SynFinRst) == 0) PutPayload(payload);
                break;
            case Udp:
                PutPorts(ref key);
                Put16((ushort)(8 + payload + _zeros));
                Put16(0);
                PutPayload(payload);
                break;
            case Sctp:
                PutPorts(ref key);
                Put32(0);
                Put32(0);
                break;
            case Icmp or Igmp or Icmpv6:
                PutIcmp(ref key, payload);
                break;
        }
    }

    private void PutIcmp(ref FlowKey key, int payload)
    {
        var (type, code) = ((byte)key.TpSource, (byte)key.TpDestination);
        _bytes.AddRange([type, code, 0, 0]);
        Put32(key.NwProto == Icmpv6 ? key.NdReserved : 0);
        if (key.NwProto == Icmp && type is 8 or 0 && code == 0) PutPayload(payload);
        if (key.NwProto != Icmpv6 || code != 0) return;
        if (type is 128 or 129) PutPayload(payload);
        if (type is not (135 or 136)) return;
        Put(key.NdTarget);
        PutOption(1, key.ArpSourceHardware);
        PutOption(2, key.ArpTargetHardware);
    }

    private void PutOption(byte type, MacAddress address)
    {
        if (address.IsZero) return;
        _bytes.AddRange([type, 1]);
        Put(address);
    }

    private void SetChecksum(ref FlowKey key, int transport, ulong pseudo)
    {
        var offset = key.NwProto switch { Tcp => 16, Udp => 6, Icmp or Igmp or Icmpv6 => 2, _ => -1 };
        if (offset < 0) return;
        var sum = InternetChecksum.Sum(Span(transport, _bytes.Count - transport));
        var checksum = InternetChecksum.Finish(key.NwProto is Icmp or Igmp ? sum : InternetChecksum.Add(pseudo, sum));
        // A UDP checksum of zero means that there is none (RFC 768).
        Set16(transport + offset, checksum == 0 && key.NwProto == Udp ? (ushort)0xffff : checksum);
    }

    private void PutPorts(ref FlowKey key)
    {
        Put16(key.TpSource);
        Put16(key.TpDestination);
    }

    private void PutPayload(int size)
    {
        for (var i = 0; i < size; i++) _bytes.Add((byte)i);
    }

    private Span<byte> Span(int start, int length) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes).Slice(start, length);

    private void Put16(ushort value) => _bytes.AddRange([(byte)(value >> 8), (byte)value]);

    private void Put32(uint value)
    {
        Put16((ushort)(value >> 16));
        Put16((ushort)value);
    }

    private void Set16(int at, ushort value) => WriteUInt16BigEndian(Span(at, 2), value);

    private void Put(MacAddress address)
    {
        Put16((ushort)(address.Value >> 32));
        Put32((uint)address.Value);
    }

    private void Put(Ipv6Address address)
    {
        Put32((uint)(address.High >> 32));
        Put32((uint)address.High);
        Put32((uint)(address.Low >> 32));
        Put32((uint)address.Low);
    }
}
