using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>
/// Executes actions on <see cref="PacketModel"/>s: what <see cref="ActionExecutor"/> should output, by rebuilding each packet.
/// </summary>
internal sealed class ActionTwin
{
    public List<(uint Port, byte[] Bytes)> Outputs { get; } = [];

    public List<byte[]> Upcalls { get; } = [];

    public void Run(PacketModel packet, DatapathActions actions, uint cut = uint.MaxValue)
    {
        foreach (var action in actions)
        {
            switch (action)
            {
                case OutputAction output:
                    Outputs.Add((output.Port.Value, Cut(packet.Build(), cut)));
                    cut = uint.MaxValue;
                    break;
                case UserspaceAction:
                    Upcalls.Add(Cut(packet.Build(), cut));
                    cut = uint.MaxValue;
                    break;
                case TruncAction trunc:
                    cut = trunc.MaxLength;
                    break;
                case CloneAction clone:
                    Run(packet.Clone(), clone.Actions, cut);
                    break;
                case SampleAction sample when sample.Probability == uint.MaxValue:
                    Run(packet.Clone(), sample.Actions, cut);
                    break;
                case CheckPacketLengthAction check:
                    Run(packet.Clone(), packet.Build().Length > check.Size ? check.Greater : check.LessOrEqual, cut);
                    break;
                case DropAction or MeterAction or CtAction:
                    return;
                default:
                    Change(packet, action);
                    break;
            }
        }
    }

    private static byte[] Cut(byte[] bytes, uint cut) => cut < bytes.Length ? bytes[..(int)cut] : bytes;

    private static void Change(PacketModel packet, DatapathAction action)
    {
        switch (action)
        {
            case PushVlanAction push:
                packet.Vlans.Insert(0, (push.Tpid, (ushort)(push.Tci & 0xefff)));
                break;
            case PopVlanAction when packet.Vlans.Count > 0:
                packet.Vlans.RemoveAt(0);
                break;
            case PushMplsAction push:
                packet.Labels.Insert(0, push.LabelStackEntry);
                break;
            case PopMplsAction when packet.Labels.Count > 0:
                packet.Labels.RemoveAt(0);
                break;
            case SetAction set:
                Set(packet, set.Group, set.Value, set.Mask.Bits);
                break;
        }
    }

    private static void Set(PacketModel packet, SetGroup group, FlowKey value, FlowKey mask)
    {
        var isBare = packet.Labels.Count == 0;
        var isIpv4 = isBare && packet.EthType == EtherType.Ipv4;
        var isIpv6 = isBare && packet.EthType == EtherType.Ipv6;
        var hasL4 = (isIpv4 || isIpv6) && !packet.IsLaterFragment;
        switch (group)
        {
            case SetGroup.Ethernet:
                packet.EthDestination = Merge(packet.EthDestination, value.EthDestination.Value, mask.EthDestination.Value);
                packet.EthSource = Merge(packet.EthSource, value.EthSource.Value, mask.EthSource.Value);
                break;
            case SetGroup.Vlan when packet.Vlans.Count > 0:
                var (tpid, tci) = packet.Vlans[0];
                packet.Vlans[0] = (tpid, (ushort)Merge(tci, value.VlanTci, (ushort)(mask.VlanTci & 0xefff)));
                break;
            case SetGroup.Mpls when !isBare:
                packet.Labels[0] = (uint)Merge(packet.Labels[0], value.Mpls0, mask.Mpls0);
                break;
            case SetGroup.Ipv4 when isIpv4:
                SetAddresses(packet, ref value, ref mask);
                SetTosAndTtl(packet, ref value, ref mask);
                break;
            case SetGroup.Ipv6 when isIpv6:
                packet.SourceV6 = Merge(packet.SourceV6, value.Ipv6Source, mask.Ipv6Source);
                packet.DestinationV6 = Merge(packet.DestinationV6, value.Ipv6Destination, mask.Ipv6Destination);
                packet.Label = (uint)Merge(packet.Label, value.Ipv6Label, mask.Ipv6Label) & 0xf_ffff;
                SetTosAndTtl(packet, ref value, ref mask);
                break;
            case SetGroup.Arp when isBare && packet.EthType == EtherType.Arp:
                SetAddresses(packet, ref value, ref mask);
                packet.ArpOperation = (ushort)Merge(packet.ArpOperation, value.NwProto, mask.NwProto);
                packet.ArpSenderHardware = Merge(packet.ArpSenderHardware, value.ArpSourceHardware.Value, mask.ArpSourceHardware.Value);
                packet.ArpTargetHardware = Merge(packet.ArpTargetHardware, value.ArpTargetHardware.Value, mask.ArpTargetHardware.Value);
                break;
            case SetGroup.Tcp when hasL4 && packet.Proto == IpProtocol.Tcp:
            case SetGroup.Udp when hasL4 && packet.Proto == IpProtocol.Udp:
            case SetGroup.Sctp when hasL4 && packet.Proto == IpProtocol.Sctp:
                packet.SourcePort = (ushort)Merge(packet.SourcePort, value.TpSource, mask.TpSource);
                packet.DestinationPort = (ushort)Merge(packet.DestinationPort, value.TpDestination, mask.TpDestination);
                break;
            case SetGroup.Icmp when hasL4 && packet.Proto == IpProtocol.Icmp:
            case SetGroup.Icmpv6 when hasL4 && packet.Proto == IpProtocol.Icmpv6:
                packet.IcmpType = (byte)Merge(packet.IcmpType, (byte)value.TpSource, (byte)mask.TpSource);
                packet.IcmpCode = (byte)Merge(packet.IcmpCode, (byte)value.TpDestination, (byte)mask.TpDestination);
                break;
            case SetGroup.NeighbourDiscovery when hasL4 && isIpv6 && packet.Proto == IpProtocol.Icmpv6 && packet.IcmpType is 135 or 136:
                SetNeighbour(packet, ref value, ref mask);
                break;
            case SetGroup.NeighbourExtensions when hasL4 && isIpv6 && packet.Proto == IpProtocol.Icmpv6 && packet.IcmpType is 135 or 136:
                packet.Reserved = (uint)Merge(packet.Reserved, value.NdReserved, mask.NdReserved);
                if (packet.NdOptions.Count > 0)
                    packet.NdOptions[0] = ((byte)Merge(packet.NdOptions[0].Type, value.NdOptionsType, mask.NdOptionsType),
                        packet.NdOptions[0].Address);
                break;
        }
    }

    private static void SetNeighbour(PacketModel packet, ref FlowKey value, ref FlowKey mask)
    {
        packet.Target = Merge(packet.Target, value.NdTarget, mask.NdTarget);
        for (var i = 0; i < packet.NdOptions.Count; i++)
        {
            var (type, address) = packet.NdOptions[i];
            if (type == 1) address = Merge(address, value.ArpSourceHardware.Value, mask.ArpSourceHardware.Value);
            if (type == 2) address = Merge(address, value.ArpTargetHardware.Value, mask.ArpTargetHardware.Value);
            packet.NdOptions[i] = (type, address);
        }
    }

    private static void SetAddresses(PacketModel packet, ref FlowKey value, ref FlowKey mask)
    {
        packet.Source = (uint)Merge(packet.Source, value.NwSource.Value, mask.NwSource.Value);
        packet.Destination = (uint)Merge(packet.Destination, value.NwDestination.Value, mask.NwDestination.Value);
    }

    private static void SetTosAndTtl(PacketModel packet, ref FlowKey value, ref FlowKey mask)
    {
        packet.Tos = (byte)Merge(packet.Tos, value.NwTos, mask.NwTos);
        packet.Ttl = (byte)Merge(packet.Ttl, value.NwTtl, mask.NwTtl);
    }

    private static ulong Merge(ulong old, ulong value, ulong mask) => (old & ~mask) | (value & mask);

    private static Ipv6Address Merge(Ipv6Address old, Ipv6Address value, Ipv6Address mask) =>
        new(Merge(old.High, value.High, mask.High), Merge(old.Low, value.Low, mask.Low));
}
