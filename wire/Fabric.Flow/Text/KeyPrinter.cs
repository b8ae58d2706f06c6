using System.Globalization;
using System.Text;
using Fabric.Wire;
using F = Fabric.Flow.FlowFields;

namespace Fabric.Flow.Text;

/// <summary>
/// Prints a key and its mask (OVS: <c>odp_flow_format</c>). A field appears when it is matched at all, or always when verbose; without a
/// mask
/// everything counts as exactly matched.
/// </summary>
internal ref struct KeyPrinter(StringBuilder text, ref FlowKey key, ref FlowMask mask, bool hasMask, FlowTextOptions options)
{
    private readonly StringBuilder _text = text;
    private readonly ref FlowKey _key = ref key;
    private readonly ref FlowMask _mask = ref mask;
    private readonly bool _hasMask = hasMask;
    private readonly bool _verbose = options.Verbose || !hasMask;
    private readonly int _start = text.Length;

    public void Print()
    {
        if (options.Userspace)
        {
            PrintNumber("skb_priority", F.SkbPriority);
            PrintTunnel();
            PrintNumber("skb_mark", F.SkbMark);
            PrintConntrack();
            PrintNumber("recirc_id", F.RecircId);
            PrintNumber("dp_hash", F.DpHash);
            PrintInPort();
            PrintGroup(TextGroup.PacketType);
        }
        else
        {
            PrintNumber("recirc_id", F.RecircId);
            PrintNumber("dp_hash", F.DpHash);
            PrintNumber("skb_priority", F.SkbPriority);
            PrintTunnel();
            PrintInPort();
            PrintNumber("skb_mark", F.SkbMark);
            PrintConntrack();
        }

        PrintEthernet();
    }

    /// <summary>An 802.2 frame: its key names no type, only the mask does.</summary>
    private readonly bool IsUntyped => _key.EthType == FlowKey.NonEthernetType;

    private readonly StringBuilder Begin() => _text.Length > _start && _text[^1] != '(' ? _text.Append(',') : _text;

    private readonly UInt128 MaskOf(in FlowField field) => _hasMask ? field.Read(ref _mask) : field.MaxValue;

    private readonly void PrintNumber(string name, in FlowField field)
    {
        var bits = MaskOf(field);
        if (!_verbose && bits == 0) return;
        Begin().Append(name).Append('(').AppendHex(field.Read(ref _key));
        if (bits != field.MaxValue) _text.Append('/').AppendHex(bits);
        _text.Append(')');
    }

    private readonly void PrintInPort()
    {
        var bits = MaskOf(F.InPort);
        if (_key.InPort == OdpPort.None || (!_verbose && bits == 0)) return;
        Begin().Append("in_port(");
        if (bits != F.InPort.MaxValue) _text.AppendDecimal(_key.InPort.Value).Append('/').AppendHex(bits);
        else if (options.Names is not null && options.Names.TryGetName(_key.InPort, out var name)) _text.Append(name);
        else _text.AppendDecimal(_key.InPort.Value);
        _text.Append(')');
    }

    private readonly void PrintTunnel()
    {
        var isUsed = TextGroup.Tunnel.IsMatched(ref _mask) || _key.HasTunnel || _key.TunnelFlags != 0 || _key.TunnelId != 0;
        if (isUsed) TunnelPrinter.Print(Begin(), ref _key, ref _mask, _hasMask, _verbose);
    }

    private readonly void PrintConntrack()
    {
        var bits = (uint)MaskOf(F.CtState);
        if (_verbose)
        {
            Begin().Append("ct_state(").AppendHex(_key.CtState);
            if (bits != uint.MaxValue) _text.Append('/').AppendHex(bits);
            _text.Append(')');
        }
        else if (bits != 0)
        {
            Begin().Append("ct_state(");
            FlagNames.CtState.PrintMasked(_text, _key.CtState, bits, uint.MaxValue);
            _text.Append(')');
        }

        PrintNumber("ct_zone", F.CtZone);
        PrintNumber("ct_mark", F.CtMark);
        PrintNumber("ct_label", F.CtLabel);
        if (_key.CtNwProto == 0) return;
        if (_key.EthType == EtherType.Ipv4) PrintGroup(TextGroup.CtTuple4);
        else if (_key.EthType == EtherType.Ipv6) PrintGroup(TextGroup.CtTuple6);
    }

    private readonly void PrintGroup(TextGroup group)
    {
        if (!_verbose && !group.IsMatched(ref _mask)) return;
        Begin().Append(group.Name).Append('(');
        GroupPrinter.Print(_text, group, ref _key, ref _mask, _hasMask, _verbose);
        _text.Append(')');
    }

    private readonly void PrintEthernet()
    {
        var isPacketTypeShown = options.Userspace && (_verbose || MaskOf(F.PacketType) != 0);
        if (_verbose || TextGroup.Ethernet.IsMatched(ref _mask)) PrintGroup(TextGroup.Ethernet);
        else if (!isPacketTypeShown) Begin().Append("eth()");

        // A tag that was cut short shows as an empty one around nothing.
        var isCut = EtherType.IsVlan(_key.EthType);
        if (_key.VlanTci != 0)
        {
            PrintTag(_key.VlanTpid, _key.VlanTci, (ushort)MaskOf(F.VlanTci));
            if (_key.InnerVlanTci != 0)
            {
                PrintTag(_key.InnerVlanTpid, _key.InnerVlanTci, (ushort)MaskOf(F.InnerVlanTci));
                PrintNetwork();
                _text.Append(')');
            }
            else if (isCut)
            {
                PrintTag(_key.EthType, 0, (ushort)MaskOf(F.InnerVlanTci));
                _text.Append(')');
            }
            else
            {
                PrintNetwork();
            }

            _text.Append(')');
        }
        else if (isCut)
        {
            PrintTag(_key.EthType, 0, (ushort)MaskOf(F.VlanTci));
            _text.Append(')');
        }
        else
        {
            PrintNetwork();
        }
    }

    private readonly void PrintTag(ushort tpid, ushort tci, ushort bits)
    {
        Begin().Append(CultureInfo.InvariantCulture, $"eth_type(0x{tpid:x4})");
        if (_verbose || bits != 0)
        {
            Begin().Append("vlan(");
            GroupPrinter.PrintVlan(_text, tci, bits, _verbose);
            _text.Append(')');
        }

        Begin().Append("encap(");
    }

    private readonly void PrintNetwork()
    {
        if (IsUntyped)
        {
            // OVS says nothing of it behind a tag, which loses it.
            if (_hasMask && F.EthernetType.Read(ref _mask) != 0) Begin().Append("eth_type(0/0xffff)");
            return;
        }

        var bits = (ushort)MaskOf(F.EthernetType);
        if (_verbose || bits != 0)
        {
            Begin().Append(CultureInfo.InvariantCulture, $"eth_type(0x{_key.EthType:x4}");
            if (bits != ushort.MaxValue) _text.Append(CultureInfo.InvariantCulture, $"/0x{bits:x4}");
            _text.Append(')');
        }

        var type = _key.EthType;
        if (type == EtherType.Ipv4) PrintGroup(TextGroup.Ipv4);
        else if (type == EtherType.Ipv6) PrintGroup(TextGroup.Ipv6);
        else if (EtherType.IsArp(type)) PrintGroup(options.Userspace ? TextGroup.Arp : TextGroup.KernelArp);
        else if (EtherType.IsMpls(type)) PrintMpls();
        if (type is EtherType.Ipv4 or EtherType.Ipv6 && (_key.NwFragment & FragmentBits.Later) == 0) PrintTransport(type == EtherType.Ipv4);
    }

    private readonly void PrintMpls()
    {
        if (!_verbose && MaskOf(F.Mpls0) == 0 && MaskOf(F.Mpls1) == 0 && MaskOf(F.Mpls2) == 0) return;
        Begin().Append("mpls(");
        GroupPrinter.PrintMpls(_text, ref _key, ref _mask, _hasMask);
        _text.Append(')');
    }

    private readonly void PrintTransport(bool isIpv4)
    {
        switch (_key.NwProto)
        {
            case IpProtocol.Tcp:
                PrintGroup(TextGroup.Tcp);
                PrintTcpFlags();
                break;
            case IpProtocol.Udp: PrintGroup(TextGroup.Udp); break;
            case IpProtocol.Sctp: PrintGroup(TextGroup.Sctp); break;
            case IpProtocol.Icmp when isIpv4: PrintGroup(TextGroup.Icmp); break;
            case IpProtocol.Icmpv6 when !isIpv4:
                PrintGroup(TextGroup.Icmpv6);
                if (!_key.IsNeighbourDiscovery) break;
                PrintGroup(TextGroup.Neighbour);
                if (_key.NdReserved != 0 || _key.NdOptionsType != 0 || TextGroup.NeighbourExtensions.IsMatched(ref _mask))
                    PrintGroup(TextGroup.NeighbourExtensions);
                break;
        }
    }

    private readonly void PrintTcpFlags()
    {
        var bits = (uint)MaskOf(F.TcpFlags);
        // The kernel reports the flags of every TCP flow, the userspace datapath only of those whose first packet had some.
        if (bits == 0 && (!_verbose || (options.Userspace && _key.TcpFlags == 0))) return;
        Begin().Append("tcp_flags(");
        FlagNames.Tcp.PrintMasked(_text, _key.TcpFlags, bits, 0xfff);
        _text.Append(')');
    }
}
