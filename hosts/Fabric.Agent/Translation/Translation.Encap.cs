using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Ethernet headers put on and taken off (OVS: <c>xlate_generic_encap_action</c>, <c>xlate_generic_decap_action</c>).</summary>
internal sealed partial class Translation
{
    /// <summary>Namespace 1 of packet types: those named by an Ethernet type (OpenFlow 1.5 section 7.2.3.11).</summary>
    private const uint EtherTypeNamespace = 1 << 16;

    private void Encapsulate()
    {
        Commit();
        _mask.Packet.PacketType = uint.MaxValue;
        var type = _flow.Packet.PacketType;
        if (type >> 16 != 1)
        {
            _trace?.Action("Dropping packet as encap(ethernet) is not supported for packet type ethernet.");
            _error = XlateError.UnsupportedPacketType;
            return;
        }

        _flow.Packet.PacketType = 0;
        (_flow.Packet.EthSource, _flow.Packet.EthDestination) = (default, default);
        _flow.Packet.EthType = (ushort)type;
        _hasPendingEncap = true;
    }

    private void Decapsulate()
    {
        Commit();
        ref var flow = ref _flow.Packet;
        if (flow.PacketType != 0)
        {
            _trace?.Action(
                $"Dropping packet as the decap() does not support packet type ({flow.PacketType >> 16},0x{flow.PacketType & 0xffff:x})");
            _error = XlateError.UnsupportedPacketType;
        }
        else if ((flow.VlanTci & FlowKey.VlanPresent) != 0)
        {
            _trace?.Action("Dropping packet, cannot decap Ethernet if VLAN is present.");
            _error = XlateError.UnsupportedPacketType;
        }
        else
        {
            flow.PacketType = EtherTypeNamespace | flow.EthType;
            (flow.EthSource, flow.EthDestination) = (default, default);
        }
    }

    private void CommitEthernetHeader()
    {
        ref var have = ref _base.Packet;
        ref var want = ref _flow.Packet;
        if (_hasPendingEncap)
        {
            Emit(new PushEthAction(want.EthDestination, want.EthSource));
            (have.PacketType, have.EthSource, have.EthDestination) = (want.PacketType, want.EthSource, want.EthDestination);
        }
        else if (want.PacketType != have.PacketType && have.PacketType == 0)
        {
            Emit(new PopEthAction());
            (have.PacketType, have.EthSource, have.EthDestination) = (want.PacketType, default, default);
        }

        _hasPendingEncap = false;
    }
}
