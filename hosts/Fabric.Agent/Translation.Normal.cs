using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>NORMAL: an IEEE 802.1Q learning switch (OVS: <c>xlate_normal</c>).</summary>
internal sealed partial class Translation
{
    private void Normal()
    {
        Consult(F.EthSource);
        Consult(F.EthDestination);
        F.VlanTci.SetMasked(ref _mask, 0x1fff, 0x1fff);
        ref var flow = ref _flow.Packet;
        if (_bridge.FindPort(_flow.InPort) is not { } input)
        {
            _trace?.Problem("no input port, dropping");
            return;
        }

        var vid = (ushort)(flow.VlanTci & 0xfff);
        if (input.Settings.Tag is { } tag && vid != 0)
        {
            _trace?.Problem($"dropping VLAN {vid} tagged packet received on port {input.Name} configured as VLAN {tag} access port");
            return;
        }

        var vlan = input.Settings.Tag ?? vid;
        if (!input.Carries(vlan))
        {
            _trace?.Problem($"dropping VLAN {vid} packet received on port {input.Name}, which does not trunk it");
            return;
        }

        if ((flow.EthDestination.Value & ~0xfUL) == 0x0180_c200_0000)
        {
            _trace?.Problem("packet has reserved destination, dropping");
            return;
        }

        ConsultGratuitousArp();
        if (!flow.EthSource.IsMulticast) _cache.Add(_bridge.Macs, vlan, flow.EthSource, input.Number);
        if (_bridge.Macs.Lookup(vlan, flow.EthDestination) is not { } learned)
        {
            _trace?.Note("no learned MAC for destination, flooding");
            foreach (var port in _bridge.Ports)
                if (port.Number != input.Number && !port.Settings.NoFlood && port.Carries(vlan)) SendInVlan(port, vlan);
        }
        else if (learned == input.Number)
        {
            _trace?.Problem("learned port is input port, dropping");
        }
        else if (_bridge.FindPort(learned) is { } port)
        {
            _trace?.Note("forwarding to learned port");
            if (port.Carries(vlan)) SendInVlan(port, vlan);
        }
        else
        {
            _trace?.Problem("learned port is unknown, dropping");
        }
    }

    /// <summary>
    /// OVS asks of every packet for NORMAL whether it is a gratuitous ARP (bonds care), and the answer is read from these bits. They are
    /// un-wildcarded here too, so that flows of ARP packets are cut as finely as OVS cuts them.
    /// </summary>
    private void ConsultGratuitousArp()
    {
        ref var flow = ref _flow.Packet;
        if (flow.EthType != EtherType.Arp || !flow.EthDestination.IsBroadcast) return;
        Consult(F.NwProto);
        if (flow.NwProto != 1) return;
        Consult(F.NwSource);
        Consult(F.NwDestination);
    }

    /// <summary>Out of an access port untagged, out of a trunk tagged with the VLAN unless it is 0; the priority bits stay.</summary>
    private void SendInVlan(AgentPort port, ushort vlan)
    {
        ref var flow = ref _flow.Packet;
        var saved = (flow.VlanTci, flow.VlanTpid, flow.InnerVlanTci, flow.InnerVlanTpid);
        var isTagged = (flow.VlanTci & FlowKey.VlanPresent) != 0;
        var wantsTag = port.Settings.Tag is null && vlan != 0;
        if (isTagged && !wantsTag) PopVlan();
        else if (!isTagged && wantsTag) (flow.VlanTci, flow.VlanTpid) = ((ushort)(FlowKey.VlanPresent | vlan), EtherType.Vlan);
        else if (isTagged && (flow.VlanTci & 0xfff) != vlan) flow.VlanTci = (ushort)((flow.VlanTci & 0xf000) | vlan);
        Send(port);
        (flow.VlanTci, flow.VlanTpid, flow.InnerVlanTci, flow.InnerVlanTpid) = saved;
    }
}
