using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Which bits count before anything is looked at, and which do not count after all.</summary>
internal sealed partial class Translation
{
    /// <summary>Fields that always count (OVS: <c>xlate_wc_init</c>).</summary>
    private void InitMask()
    {
        // The oracle's box says already what it always says.
        if (_oracle is not null) return;
        ref var mask = ref _mask.Packet;
        ref var key = ref _flow.Packet;
        mask.PacketType = uint.MaxValue;
        mask.InPort = new OdpPort(uint.MaxValue);
        _mask.InPort = new OfpPort(0xffff);
        mask.RecircId = uint.MaxValue;
        mask.EthType = 0xffff;
        if (IsIp) mask.NwFragment = FragmentBits.Any | FragmentBits.Later;
        if (!key.HasTunnel) return;
        mask.TunnelId = ulong.MaxValue;
        if (!key.TunnelDestination.IsZero)
        {
            mask.TunnelSource = new Ipv4Address(uint.MaxValue);
            mask.TunnelDestination = new Ipv4Address(uint.MaxValue);
        }
        else
        {
            mask.TunnelSourceV6 = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
            mask.TunnelDestinationV6 = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
        }

        mask.TunnelFlags = TunnelFlags.DontFragment | TunnelFlags.Checksum | TunnelFlags.Key;
        mask.TunnelTos = 0xff;
        if (IsIp && (key.TunnelTos & 3) == 3) mask.NwTos |= 3;
    }

    /// <summary>
    /// Takes out bits of fields that the packet does not have: writing them does not make them matter (OVS: <c>xlate_wc_finish</c>).
    /// </summary>
    private void FinishMask(ref OpenFlowKey whole)
    {
        var inPort = whole.InPort;
        whole.ClearPipelineFields();
        whole.InPort = inPort;
        ref var mask = ref whole.Packet;
        ref var key = ref _arrived.Packet;
        ref var now = ref _flow.Packet;
        if (key.PacketType != 0) (mask.EthSource, mask.EthDestination) = (default, default);
        if (!key.HasTunnel) ClearTunnel(ref whole);
        if (!EtherType.IsMpls(key.EthType)) (mask.Mpls0, mask.Mpls1, mask.Mpls2) = (0, 0, 0);
        if ((now.NwFragment & FragmentBits.Later) != 0) (mask.TpSource, mask.TpDestination) = (0, 0);
        if ((now.EthType == EtherType.Ipv4 && now.NwProto == IpProtocol.Icmp)
            || (now.EthType == EtherType.Ipv6 && now.NwProto == IpProtocol.Icmpv6))
            (mask.TpSource, mask.TpDestination) = ((ushort)(mask.TpSource & 0xff), (ushort)(mask.TpDestination & 0xff));
        if (mask.VlanTci != 0) mask.VlanTci |= FlowKey.VlanPresent;
        if (mask.InnerVlanTci != 0) mask.InnerVlanTci |= FlowKey.VlanPresent;
        if (!EtherType.IsVlan(key.VlanTpid)) (mask.VlanTci, mask.VlanTpid) = (0, 0);
        if (!EtherType.IsVlan(key.InnerVlanTpid)) (mask.InnerVlanTci, mask.InnerVlanTpid) = (0, 0);
    }

    /// <summary>
    /// A datapath key cannot leave open whether there is a tag (kernel: what follows a tag is nested in another attribute), so each flow is
    /// for tagged or for untagged packets, whether the rules asked or not.
    /// </summary>
    private static void AddTagPresence(ref FlowKey mask, ushort outerTci, ushort innerTci)
    {
        mask.VlanTci |= FlowKey.VlanPresent;
        mask.VlanTpid = (outerTci & FlowKey.VlanPresent) != 0 ? (ushort)0xffff : (ushort)0;
        if (mask.VlanTpid != 0) mask.InnerVlanTci |= FlowKey.VlanPresent;
        else mask.InnerVlanTci = 0;
        mask.InnerVlanTpid = (innerTci & FlowKey.VlanPresent) != 0 ? (ushort)0xffff : (ushort)0;
    }

    /// <summary>
    /// With <c>vlan-limit=1</c> the second tag is what follows the first: rules see its Ethernet type and nothing behind it (OVS:
    /// <c>parse_8021q_onward</c>). The mask then holds the tag by its presence and type.
    /// </summary>
    private void LimitVlans(ref FlowKey key)
    {
        if (_world.VlanLimit > 1 || (key.InnerVlanTci & FlowKey.VlanPresent) == 0) return;
        key.EthType = key.InnerVlanTpid;
        FlowKey.Section(ref key, 4) = default;
        FlowKey.Section(ref key, 5) = default;
        FlowKey.Section(ref key, 8) = default;
        (key.NwProto, key.NwFragment, key.NwTos, key.NwTtl, key.TcpFlags) = (0, FragmentBits.None, 0, 0, 0);
        (key.NwSource, key.NwDestination, key.TpSource, key.TpDestination, key.Ipv6Label) = (default, default, 0, 0, 0);
    }
}
