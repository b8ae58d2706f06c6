using Fabric.Wire;

namespace Fabric.Flow.Tests;

/// <summary>
/// The naive twin of <see cref="FlowExtractor"/>: a cursor over bytes, one field at a time, written from OVS's rules without any thought of
/// speed. Running out of bytes is an exception here, caught around each header, whose fields are set only once it was read in full.
/// </summary>
internal sealed class PlainExtractor(byte[] frame)
{
    private sealed class CutShortException : Exception;

    private int _at;
    private int _end = frame.Length;
    private FlowKey _key;

    public static FlowKey Extract(byte[] frame, in PacketMetadata metadata)
    {
        var plain = new PlainExtractor(frame);
        plain.Metadata(metadata);
        try
        {
            plain.Ethernet();
        }
        catch (CutShortException)
        {
            // What was set before stays.
        }

        plain._key.Normalize();
        return plain._key;
    }

    private byte Byte()
    {
        if (_at >= _end) throw new CutShortException();
        return frame[_at++];
    }

    private uint Number(int size)
    {
        uint value = 0;
        for (var i = 0; i < size; i++) value = value << 8 | Byte();
        return value;
    }

    private MacAddress Mac() => new((ulong)Number(2) << 32 | Number(4));

    private Ipv6Address Ipv6Address() => new((ulong)Number(4) << 32 | Number(4), (ulong)Number(4) << 32 | Number(4));

    private void Need(int size)
    {
        if (_end - _at < size) throw new CutShortException();
    }

    private void Metadata(in PacketMetadata m)
    {
        _key.InPort = new OdpPort(m.InPort);
        _key.RecircId = m.RecircId;
        _key.DpHash = m.DpHash;
        _key.SkbMark = m.SkbMark;
        _key.SkbPriority = m.SkbPriority;
        if (!m.Tunnel.IsPresent) return;
        if (m.Tunnel.Flags.HasFlag(TunnelFlags.Key)) _key.TunnelId = m.Tunnel.Id;
        if (m.Tunnel.IsIpv6) (_key.TunnelSourceV6, _key.TunnelDestinationV6) = (m.Tunnel.SourceV6, m.Tunnel.DestinationV6);
        else (_key.TunnelSource, _key.TunnelDestination) = (m.Tunnel.Source, m.Tunnel.Destination);
        _key.TunnelFlags = m.Tunnel.Flags;
        _key.TunnelTos = m.Tunnel.Tos;
        _key.TunnelTtl = m.Tunnel.Ttl;
        _key.TunnelTpSource = m.Tunnel.SourcePort;
        _key.TunnelTpDestination = m.Tunnel.DestinationPort;
        _key.TunnelGbpId = m.Tunnel.GbpId;
        _key.TunnelGbpFlags = m.Tunnel.GbpFlags;
        _key.TunnelOptionsSize = m.Tunnel.OptionsSize;
        for (var i = 0; i < m.Tunnel.OptionsSize; i++) _key.TunnelOptionBytes[i] = m.Tunnel.Options[i];
    }

    private void Ethernet()
    {
        Need(14);
        _key.EthDestination = Mac();
        _key.EthSource = Mac();
        var type = (ushort)Number(2);
        if (type is 0x8100 or 0x88a8 && _end - _at >= 4)
        {
            (_key.VlanTpid, _key.VlanTci, type) = (type, (ushort)(Number(2) | 0x1000), (ushort)Number(2));
            if (type is 0x8100 or 0x88a8 && _end - _at >= 4)
                (_key.InnerVlanTpid, _key.InnerVlanTci, type) = (type, (ushort)(Number(2) | 0x1000), (ushort)Number(2));
        }

        if (type < 0x600) type = Snap();
        _key.EthType = type;
        if (type == 0x0800) Ipv4();
        if (type == 0x86dd) Ipv6();
        if (type is 0x0806 or 0x8035) Arp();
        if (type is 0x8847 or 0x8848) Mpls();
    }

    private ushort Snap()
    {
        if (_end - _at < 8) return 0x5ff;
        byte[] snap = [0xaa, 0xaa, 3, 0, 0, 0];
        if (!frame.AsSpan(_at, 6).SequenceEqual(snap)) return 0x5ff;
        _at += 6;
        var type = (ushort)Number(2);
        return type < 0x600 ? (ushort)0x5ff : type;
    }

    private void Arp()
    {
        Need(28);
        if (Number(2) != 1 || Number(2) != 0x800 || Number(1) != 6 || Number(1) != 4) return;
        var operation = Number(2);
        if (operation < 256) _key.NwProto = (byte)operation;
        _key.ArpSourceHardware = Mac();
        _key.NwSource = new Ipv4Address(Number(4));
        _key.ArpTargetHardware = Mac();
        _key.NwDestination = new Ipv4Address(Number(4));
    }

    private void Mpls()
    {
        _key.Mpls0 = Number(4);
        if ((_key.Mpls0 & 0x100) != 0) return;
        _key.Mpls1 = Number(4);
        if ((_key.Mpls1 & 0x100) == 0) _key.Mpls2 = Number(4);
    }

    private void Ipv4()
    {
        Need(20);
        var start = _at;
        var headerSize = (int)(Number(1) & 15) * 4;
        var tos = (byte)Number(1);
        var total = (int)Number(2);
        if (headerSize < 20 || total < headerSize || total > _end - start) return;
        _end = start + total;
        Number(2);
        var fragment = Number(2);
        (_key.NwTos, _key.NwTtl, _key.NwProto) = (tos, Byte(), Byte());
        if ((fragment & 0x2000) != 0) _key.NwFragment = FragmentBits.Any;
        if ((fragment & 0x1fff) != 0) _key.NwFragment = FragmentBits.Any | FragmentBits.Later;
        Number(2);
        _key.NwSource = new Ipv4Address(Number(4));
        _key.NwDestination = new Ipv4Address(Number(4));
        _at = start + headerSize;
        if (!_key.NwFragment.HasFlag(FragmentBits.Later)) Transport();
    }

    private void Ipv6()
    {
        Need(40);
        var first = Number(4);
        var payload = (int)Number(2);
        if (payload > _end - _at - 34) return;
        var proto = Byte();
        var ttl = Byte();
        _key.Ipv6Source = Ipv6Address();
        _key.Ipv6Destination = Ipv6Address();
        _end = _at + payload;
        var fragment = FragmentBits.None;
        while (proto is 0 or 43 or 44 or 51 or 60 && fragment != (FragmentBits.Any | FragmentBits.Later))
        {
            Need(8);
            var size = proto switch { 44 => 8, 51 => (frame[_at + 1] + 2) * 4, _ => (frame[_at + 1] + 1) * 8 };
            Need(size);
            var field = frame[_at + 2] << 8 | frame[_at + 3];
            var isFragment = proto == 44;
            proto = frame[_at];
            _at += size;
            if (!isFragment || field == 0) continue;
            fragment = FragmentBits.Any;
            if (field < 8) continue;
            fragment |= FragmentBits.Later;
            proto = 44;
        }

        (_key.NwProto, _key.NwTtl, _key.NwTos, _key.NwFragment) = (proto, ttl, (byte)(first >> 20 & 0xff), fragment);
        _key.Ipv6Label = first & 0xfffff;
        if (!fragment.HasFlag(FragmentBits.Later)) Transport();
    }

    private void Transport()
    {
        switch (_key.NwProto)
        {
            case 6:
                Need(20);
                var size = (frame[_at + 12] >> 4) * 4;
                if (size < 20) return;
                Need(size);
                _key.TcpFlags = (ushort)((frame[_at + 12] & 15) << 8 | frame[_at + 13]);
                (_key.TpSource, _key.TpDestination) = ((ushort)Number(2), (ushort)Number(2));
                break;
            case 17:
                Need(8);
                (_key.TpSource, _key.TpDestination) = ((ushort)Number(2), (ushort)Number(2));
                break;
            case 132:
                Need(12);
                (_key.TpSource, _key.TpDestination) = ((ushort)Number(2), (ushort)Number(2));
                break;
            case 1 or 2 or 58:
                Need(8);
                (_key.TpSource, _key.TpDestination) = (Byte(), Byte());
                Number(2);
                var word = Number(4);
                if (_key.NwProto == 2) _key.NdReserved = word;
                if (_key is { NwProto: 58, TpSource: 135 or 136, TpDestination: 0 }) Neighbour(word);
                break;
        }
    }

    private void Neighbour(uint reserved)
    {
        _key.NdReserved = reserved;
        Need(16);
        _key.NdTarget = Ipv6Address();
        while (_end - _at >= 8)
        {
            var type = frame[_at];
            var size = frame[_at + 1] * 8;
            if (size == 0 || size > _end - _at) return;
            if (size == 8 && type is 1 or 2)
            {
                var before = type == 1 ? _key.ArpSourceHardware : _key.ArpTargetHardware;
                if (before != MacAddress.Zero)
                {
                    (_key.NdTarget, _key.ArpSourceHardware, _key.ArpTargetHardware) = (default, default, default);
                    return;
                }

                var address = MacAddress.Read(frame.AsSpan(_at + 2));
                if (type == 1) _key.ArpSourceHardware = address;
                else _key.ArpTargetHardware = address;
                if (_key.NdOptionsType == 0) _key.NdOptionsType = type;
            }

            _at += size;
        }
    }
}
