using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Which bits of the key each stage of a lookup has (OVS: <c>FLOW_SEGMENT_*</c> of <c>flow.h</c>): ports and metadata; Ethernet, VLAN and
/// MPLS; network; transport. Offsets are found by setting the fields of a blank key.
/// </summary>
internal static class ClassifierStages
{
    public const int Count = 4;
    private static readonly OpenFlowKey[] Bits = Make();

    public static ulong WordOf(int stage, int index) => MaskShape.Word(ref Bits[stage], index);

    private static OpenFlowKey[] Make()
    {
        var all6 = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
        var mac = new MacAddress(0xffff_ffff_ffff);
        var stages = new OpenFlowKey[Count];
        ref var link = ref stages[1].Packet;
        (link.EthSource, link.EthDestination, link.EthType) = (mac, mac, 0xffff);
        (link.VlanTci, link.VlanTpid, link.InnerVlanTci, link.InnerVlanTpid) = (0xffff, 0xffff, 0xffff, 0xffff);
        (link.Mpls0, link.Mpls1, link.Mpls2) = (~0u, ~0u, ~0u);

        ref var network = ref stages[2].Packet;
        (network.NwSource, network.NwDestination) = (new Ipv4Address(~0u), new Ipv4Address(~0u));
        (network.Ipv6Source, network.Ipv6Destination, network.Ipv6Label) = (all6, all6, ~0u);
        (network.CtIpv6Source, network.CtIpv6Destination) = (all6, all6);
        (network.NwProto, network.NwFragment, network.NwTos, network.NwTtl) = (255, (FragmentBits)255, 255, 255);

        ref var transport = ref stages[3].Packet;
        (transport.NdTarget, transport.ArpSourceHardware, transport.ArpTargetHardware) = (all6, mac, mac);
        (transport.NdReserved, transport.NdOptionsType) = (~0u, 255);
        (transport.TcpFlags, transport.TpSource, transport.TpDestination) = (0xffff, 0xffff, 0xffff);
        (transport.CtTpSource, transport.CtTpDestination) = (0xffff, 0xffff);

        for (var i = 0; i < MaskShape.WordCount; i++)
            MaskShape.Word(ref stages[0], i) =
                ~(MaskShape.Word(ref stages[1], i) | MaskShape.Word(ref stages[2], i) | MaskShape.Word(ref stages[3], i));
        return stages;
    }
}
