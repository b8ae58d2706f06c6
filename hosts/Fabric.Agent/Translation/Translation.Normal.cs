using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>NORMAL: an IEEE 802.1Q learning switch (OVS: <c>xlate_normal</c>).</summary>
internal sealed partial class Translation
{
    private const byte ArpRequest = 1;
    private const byte ArpReply = 2;

    private void Normal()
    {
        if (_oracle is not null)
        {
            Refuse(ExplicitRefusal.Normal);
            return;
        }

        _mask.Packet.EthSource = MacAddress.Broadcast;
        _mask.Packet.EthDestination = MacAddress.Broadcast;
        _mask.Packet.VlanTci |= 0x1fff;
        ref var flow = ref _flow.Packet;
        // What a controller made has no port that it came in by; such a port takes every VLAN, and nothing is learned on it.
        var port = _bridge.FindPort(_flow.InPort);
        if (port is null && _flow.InPort != OfpPort.None && _flow.InPort != OfpPort.Controller)
        {
            _trace?.Error($"received packet on unknown port {_flow.InPort.Value}");
            _trace?.Warn("no input bundle, dropping");
            return;
        }

        var input = port?.Bundle;
        if (EtherType.IsVlan(flow.EthType) && (flow.VlanTci & FlowKey.VlanPresent) == 0)
        {
            _trace?.Warn("partial VLAN tag, dropping");
            return;
        }

        if (input?.IsMirrorOutput == true)
        {
            _trace?.Warn("input port is mirror output port, dropping");
            return;
        }

        var tags = VlanTags.Of(ref flow);
        if (input is not null && !TakesVlan(input, tags.Outer.Id))
        {
            _trace?.Warn("disallowed VLAN VID for this input port, dropping");
            return;
        }

        tags = tags.ReceivedBy(input?.Vlan ?? VlanSettings.Default);
        var vlan = tags.Outer.Id;
        if (port is not null && !IsAdmissible(port, vlan)) return;
        var isAnnouncement = IsGratuitousArp();
        if (input is not null && !flow.EthSource.IsMulticast)
        {
            var lesson = new MacLesson(vlan, flow.EthSource, input.Number, isAnnouncement, input.Bond is not null);
            _cache.Add(_bridge.Macs, lesson);
            if (_hasEffects && _trace is not null && _bridge.Macs.Teaches(in lesson))
                _trace.Note($"learned that {lesson.Mac} is on port {input.Name} in VLAN {vlan}");
        }

        if (_bridge.Macs.Lookup(vlan, flow.EthDestination) is { } learned) ForwardTo(learned, input, tags);
        else FloodVlan(input, tags);
    }

    private void ForwardTo(OfpPort learned, AgentBundle? input, VlanTags tags)
    {
        if (_bridge.FindPort(learned)?.Bundle is not { } output)
        {
            _trace?.Warn("learned port is unknown, dropping");
        }
        else if (output.IsMirrorOutput)
        {
            _trace?.Warn("learned port is a mirror port, dropping");
        }
        else if (output == input)
        {
            _trace?.Note("learned port is input port, dropping");
        }
        else
        {
            _trace?.Note("forwarding to learned port");
            SendInVlan(output, tags);
        }
    }

    private void FloodVlan(AgentBundle? input, VlanTags tags)
    {
        _trace?.Note("no learned MAC for destination, flooding");
        foreach (var output in _bridge.Bundles)
            if (output != input && output.IsFloodable && !output.IsMirrorOutput && Carries(output, tags)) SendInVlan(output, tags);
    }

    private bool Carries(AgentBundle output, VlanTags tags)
    {
        // Whether the inner id matters depends on the port; it is read only when there is an inner header to read.
        if (tags.Inner.Type != 0 && output.Vlan.EffectiveMode is VlanMode.Access or VlanMode.Dot1qTunnel) ConsultTags();
        return output.Carries(tags.Outer.Id, tags.Inner.Id);
    }

    /// <summary>All that the frame has: an inner header inside the bridge may be the outer one on the wire.</summary>
    private void ConsultTags()
    {
        if ((_flow.Packet.VlanTci & FlowKey.VlanPresent) != 0) _mask.Packet.VlanTci |= 0x1fff;
        if ((_flow.Packet.InnerVlanTci & FlowKey.VlanPresent) != 0) _mask.Packet.InnerVlanTci = 0xffff;
    }

    /// <summary>A tag with id 0 and no priority is not written, so what is read of tags is the id, and of those with id 0 all.</summary>
    private void ConsultEmptyTags()
    {
        ref var flow = ref _flow.Packet;
        if ((flow.VlanTci & FlowKey.VlanPresent) != 0 && (flow.VlanTci & 0xfff) == 0) _mask.Packet.VlanTci |= 0xe000;
        if ((flow.InnerVlanTci & FlowKey.VlanPresent) == 0) return;
        _mask.Packet.InnerVlanTci |= (flow.InnerVlanTci & 0xfff) == 0 ? (ushort)0xffff : (ushort)0x1fff;
    }

    /// <summary>May a frame with this id (0: untagged) come in by the port (OVS: <c>input_vid_is_valid</c>)?</summary>
    private bool TakesVlan(AgentBundle input, ushort id)
    {
        var vlan = input.Vlan;
        switch (vlan.EffectiveMode)
        {
            case VlanMode.Access:
                if (id == 0) return true;
                _trace?.Error(
                    $"dropping VLAN {id} tagged packet received on port {input.Name} configured as VLAN {vlan.EffectiveTag} access port");
                return false;
            case VlanMode.Dot1qTunnel:
                if (vlan.AllowsCvlan(id)) return true;
                _trace?.Error(
                    $"dropping VLAN {id} packet received on dot1q-tunnel port {input.Name} that excludes this VLAN");
                return false;
            case VlanMode.NativeTagged or VlanMode.NativeUntagged when id == 0:
                return true;
            default:
                if (vlan.Trunked(id)) return true;
                _trace?.Error(
                    $"dropping VLAN {id} packet received on port {input.Name} not configured for trunking VLAN {id}");
                return false;
        }
    }

    /// <summary>OVS: <c>is_admissible</c>.</summary>
    private bool IsAdmissible(AgentPort port, ushort vlan)
    {
        ref var flow = ref _flow.Packet;
        if (!_bridge.Settings.ForwardsBpdu && ReservedAddresses.Contains(flow.EthDestination))
        {
            _trace?.Note("packet has reserved destination MAC, dropping");
            return false;
        }

        if (port.Bundle.Bond is not { } bond) return true;
        switch (bond.Admit(port, flow.EthDestination))
        {
            case BondVerdict.Drop:
                _trace?.Note("bonding refused admissibility, dropping");
                return false;
            case BondVerdict.DropIfMoved when _bridge.Macs.Find(vlan, flow.EthSource) is { } known && known.Port != port.Bundle.Number:
                if (IsGratuitousArp() && _world.NowMs >= known.LockedUntilMs) return true;
                _trace?.Note("SLB bond thinks this packet looped back, dropping");
                return false;
            default:
                return true;
        }
    }

    /// <summary>
    /// A host that says, to all, that it is now here (OVS: <c>is_gratuitous_arp</c>): broadcast replies, and requests for its own address.
    /// </summary>
    private bool IsGratuitousArp()
    {
        ref var flow = ref _flow.Packet;
        if (flow.EthType != EtherType.Arp) return false;
        Consult(F.EthDestination);
        if (!flow.EthDestination.IsBroadcast) return false;
        Consult(F.NwProto);
        if (flow.NwProto == ArpReply) return true;
        if (flow.NwProto != ArpRequest) return false;
        Consult(F.NwSource);
        Consult(F.NwDestination);
        return flow.NwSource == flow.NwDestination;
    }

    /// <summary>Sends with the tags that this port's VLAN mode gives to a frame with those tags inside the bridge.</summary>
    private void SendInVlan(AgentBundle output, VlanTags tags)
    {
        ref var flow = ref _flow.Packet;
        if (output.Vlan is { EffectiveMode: VlanMode.Dot1qTunnel, Cvlans: not null }) _mask.Packet.InnerVlanTci = 0xffff;
        var settings = output.Vlan;
        var sent = tags.SentBy(settings);
        if (settings.PriorityTags != PriorityTags.Never)
        {
            // Where the tag stays as it is, so do its priority bits, whatever they are.
            var stays = sent.Outer.Id != 0 && sent.Outer.Id == (flow.VlanTci & 0xfff) && sent.Outer.Type == flow.VlanTpid;
            if (!stays && (flow.VlanTci & FlowKey.VlanPresent) != 0) _mask.Packet.VlanTci |= 0xe000;
            sent = sent with { Outer = sent.Outer with { PriorityBits = (ushort)(flow.VlanTci & 0xe000) } };
        }

        if (Choose(output, sent.Outer.Id, out var recirculate) is not { } port) return;
        ConsultEmptyTags();
        var saved = (flow.VlanTci, flow.VlanTpid, flow.InnerVlanTci, flow.InnerVlanTpid);
        var always = settings.PriorityTags == PriorityTags.Always;
        sent.Outer.Write(always, out var outerType, out var outerTci);
        sent.Inner.Write(always, out var innerType, out var innerTci);
        (flow.VlanTpid, flow.VlanTci, flow.InnerVlanTpid, flow.InnerVlanTci) = (outerType, outerTci, innerType, innerTci);
        Send(port, bond: recirculate ? output.Bond : null);
        (flow.VlanTci, flow.VlanTpid, flow.InnerVlanTci, flow.InnerVlanTpid) = saved;
    }
}
