using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Labels. The key holds three of them, so no packet gets a fourth (OVS: <c>FLOW_MAX_MPLS_LABELS</c>).</summary>
internal sealed partial class Translation
{
    private const int MaxLabels = 3;
    private const uint BottomOfStack = 0x100;

    private void PushMpls(ushort type)
    {
        var count = CountLabels(consults: true);
        if (count == 0)
        {
            Commit();
        }
        else if (count >= MaxLabels)
        {
            if (_hasEffects)
                _trace?.Error("dropping packet on which an MPLS push action can't be performed as it would have more MPLS LSEs than the "
                    + $"{MaxLabels} supported.");
            _error = XlateError.TooManyMplsLabels;
            return;
        }

        PushLabel(ref _flow.Packet, count, type, consults: true);
        if (count == 0) ClearNetwork();
    }

    private void PopMpls(ushort type)
    {
        var count = CountLabels(consults: true);
        if (TryPopLabel(ref _flow.Packet, count, type, consults: true))
        {
            if (!EtherType.IsMpls(type)) _wasMpls = true;
        }
        else if (count >= MaxLabels)
        {
            if (_hasEffects)
                _trace?.Error("dropping packet on which an MPLS pop action can't be performed as it has more MPLS LSEs than the "
                    + $"{MaxLabels} supported.");
            _error = XlateError.TooManyMplsLabels;
        }
    }

    private void SetLabelBits(uint value, uint mask)
    {
        if (!EtherType.IsMpls(_flow.Packet.EthType)) return;
        _mask.Packet.Mpls0 |= mask;
        _flow.Packet.Mpls0 = (_flow.Packet.Mpls0 & ~mask) | (value & mask);
    }

    /// <summary>False: the packet's time is up, or it has no label; this list ends.</summary>
    private bool TryDecrementMplsTtl()
    {
        if (EtherType.IsMpls(_flow.Packet.EthType))
        {
            var ttl = (byte)_flow.Packet.Mpls0;
            _mask.Packet.Mpls0 |= 0xff;
            if (ttl > 1)
            {
                _flow.Packet.Mpls0--;
                return true;
            }

            ToController(ushort.MaxValue, InvalidTtlReason, 0, null, HexBytes.Empty);
        }

        _trace?.Warn("MPLS decrement TTL exception");
        return false;
    }

    private int CountLabels(bool consults)
    {
        if (!EtherType.IsMpls(_flow.Packet.EthType)) return 0;
        return CountLabels(ref _flow.Packet, consults);
    }

    private int CountLabels(ref FlowKey key, bool consults)
    {
        if (!EtherType.IsMpls(key.EthType)) return 0;
        var count = 0;
        for (var i = 0; i < MaxLabels; i++)
        {
            if (consults) SetLabel(ref _mask.Packet, i, LabelOf(ref _mask.Packet, i) | BottomOfStack);
            var label = LabelOf(ref key, i);
            if ((label & BottomOfStack) != 0) return i + 1;
            if (label != 0) count++;
        }

        return count;
    }

    /// <summary>The new label is a copy of the one below, or is made from the IP header (OVS: <c>flow_push_mpls</c>).</summary>
    private void PushLabel(ref FlowKey key, int count, ushort type, bool consults)
    {
        if (count > 0)
        {
            for (var i = 0; consults && i < count; i++) SetLabel(ref _mask.Packet, i, uint.MaxValue);
            for (var i = count; i >= 1; i--) SetLabel(ref key, i, LabelOf(ref key, i - 1));
            key.Mpls0 = key.Mpls1 & ~BottomOfStack;
        }
        else
        {
            const uint ipv6Null = 2;
            const byte defaultTtl = 64;
            var label = key.EthType == EtherType.Ipv6 ? ipv6Null : 0;
            uint trafficClass = 0;
            var ttl = defaultTtl;
            if (key.EthType is EtherType.Ipv4 or EtherType.Ipv6)
            {
                trafficClass = (uint)(key.NwTos & 0xfc) >> 2 & 7;
                if (consults)
                {
                    _mask.Packet.NwTos |= 0xfc;
                    _mask.Packet.NwTtl = 0xff;
                }

                if (key.NwTtl != 0) ttl = key.NwTtl;
            }

            key.Mpls0 = label << 12 | trafficClass << 9 | BottomOfStack | ttl;
        }

        key.EthType = type;
    }

    private bool TryPopLabel(ref FlowKey key, int count, ushort type, bool consults)
    {
        if (count == 0) return false;
        if (count == MaxLabels)
        {
            if (consults) _mask.Packet.Mpls2 |= BottomOfStack;
            if ((key.Mpls2 & BottomOfStack) == 0) return false; // what would be the third label then is unknown
        }

        for (var i = 1; consults && i < count; i++) SetLabel(ref _mask.Packet, i, uint.MaxValue);
        for (var i = 1; i < count; i++) SetLabel(ref key, i - 1, LabelOf(ref key, i));
        SetLabel(ref key, count - 1, 0);
        key.EthType = type;
        return true;
    }

    /// <summary>Behind a first label, nothing is known of what was the network header.</summary>
    private void ClearNetwork()
    {
        ref var flow = ref _flow.Packet;
        (flow.NwSource, flow.NwDestination, flow.NwProto, flow.NwFragment) = (default, default, 0, FragmentBits.None);
        (flow.NwTos, flow.NwTtl, flow.TcpFlags, flow.TpSource, flow.TpDestination, flow.Ipv6Label) = (0, 0, 0, 0, 0, 0);
        FlowKey.Section(ref flow, 4) = default;
        FlowKey.Section(ref flow, 5) = default;
        FlowKey.Section(ref flow, 7) = default;
        (flow.CtTpSource, flow.CtTpDestination, flow.NdOptionsType, flow.DpHash) = (0, 0, 0, 0);
    }

    private static uint LabelOf(ref FlowKey key, int index) => index switch { 0 => key.Mpls0, 1 => key.Mpls1, _ => key.Mpls2 };

    private static void SetLabel(ref FlowKey key, int index, uint label)
    {
        if (index == 0) key.Mpls0 = label;
        else if (index == 1) key.Mpls1 = label;
        else key.Mpls2 = label;
    }
}
