using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Outer headers (OVS: <c>tnl_port_send</c>, <c>commit_odp_tunnel_action</c>).</summary>
internal sealed partial class Translation
{
    /// <summary>
    /// Options of the outer header become fields that rules can match; what they cannot is not passed on to the next tunnel. False when
    /// the options are malformed.
    /// </summary>
    private bool TryReadTunnelOptions()
    {
        (_flow.Packet.GtpuFlags, _flow.Packet.GtpuMessageType) = (0, 0);
        (_flow.Packet.ErspanVersion, _flow.Packet.ErspanDirectionAndHardwareId, _flow.Packet.ErspanIndex) = (0, 0, 0);
        if (_frozen is not null || _flow.Packet.TunnelOptionsSize == 0)
        {
            // What was frozen has them as fields already.
            _flow.Packet.TunnelOptionsSize = 0;
            _flow.Packet.TunnelOptionBytes = default;
            return true;
        }

        if (!_bridge.TunnelOptions.TryUnpack(ref _flow))
        {
            _trace?.Error("Invalid Geneve tunnel metadata");
            return GiveUp(XlateError.InvalidTunnelMetadata);
        }

        _flow.Packet.TunnelOptionsSize = 0;
        _flow.Packet.TunnelOptionBytes = default;
        return true;
    }

    /// <summary>The bits of options that fields stand for. How many option bytes there are counts when any of them do.</summary>
    private void FinishTunnelOptions()
    {
        ref var key = ref _arrived.Packet;
        if (!key.HasTunnel || _arrivedIn is null) return;
        _mask.Packet.TunnelOptionsSize = 0xff;
        if (key.TunnelOptionsSize == 0) return;
        var bits = FlowKey.MatchBytes(ref _mask.Packet).Slice(FlowKey.OptionsOffset, key.TunnelOptionsSize);
        _arrivedIn.TunnelOptions.PackMask(ref _arrived, ref _mask, bits);
    }

    /// <summary>Fills the outer header from the port's configuration and the rules.</summary>
    private void SendToTunnel(AgentPort port)
    {
        var tunnel = port.Settings.Tunnel!;
        ref var flow = ref _flow.Packet;
        if (_oracle is not null && _arrived.Packet.HasTunnel) PinTunnel();
        var saved = _flow;
        if (!tunnel.IsLocalFlow) (flow.TunnelSource, flow.TunnelSourceV6) = (tunnel.LocalIpv4 ?? default, tunnel.LocalIpv6 ?? default);
        if (!tunnel.IsRemoteFlow)
            (flow.TunnelDestination, flow.TunnelDestinationV6) = (tunnel.RemoteIpv4 ?? default, tunnel.RemoteIpv6 ?? default);
        if (!tunnel.IsOutKeyFlow) flow.TunnelId = tunnel.OutKey ?? 0;
        flow.TunnelTpSource = 0;
        flow.TunnelTpDestination = tunnel.EffectiveUdpPort;
        SetOuterTtlAndTos(tunnel);
        flow.TunnelFlags = (flow.TunnelFlags & TunnelFlags.Oam) | (tunnel.DontFragment ? TunnelFlags.DontFragment : 0)
            | (tunnel.Checksum ? TunnelFlags.Checksum : 0) | (tunnel.IsOutKeyFlow || tunnel.OutKey is not null ? TunnelFlags.Key : 0);
        var isOwn = flow.TunnelDestination == _ownTunnelAddress && flow.TunnelDestinationV6.Equals(_ownTunnelAddressV6);
        if (isOwn) _trace?.Warn("Not tunneling to our own address");
        else CommitTunnel(port);
        // OVS does not undo it: what follows sees the outer header that was refused. Where there was another before, that would let what
        // is done depend on fields of that one that nobody matched.
        if (isOwn && !_arrived.Packet.HasTunnel) return;
        CopyTunnel(ref saved, ref _flow);
        if (!isOwn) SendToDatapath(port);
    }

    /// <summary>What is not set is passed on as it was received.</summary>
    private void PinTunnel()
    {
        FlowKey.Section(ref _mask.Packet, 2) = Vector256<byte>.AllBitsSet;
        FlowKey.Section(ref _mask.Packet, 3) = Vector256<byte>.AllBitsSet;
        SettlePins();
    }

    /// <summary>Chooses the outer header, unless the last one chosen was the same.</summary>
    private void CommitTunnel(AgentPort port)
    {
        ConsultInheritedTunnelFields();
        _trace?.Note("output to kernel tunnel");
        _cache.AddTunnelOutput(port);
        ref var flow = ref _flow.Packet;
        ref var old = ref _base.Packet;
        if (!flow.HasTunnel) return;
        if (FlowKey.Section(ref flow, 2) == FlowKey.Section(ref old, 2) && FlowKey.Section(ref flow, 3) == FlowKey.Section(ref old, 3)
            && _flow.TunnelPresent == _base.TunnelPresent
            && OpenFlowKey.TunnelArea(ref _flow).SequenceEqual(OpenFlowKey.TunnelArea(ref _base))) return;
        CopyTunnel(ref _flow, ref _base);
        var outer = new TunnelMetadata
        {
            IsPresent = true,
            IsIpv6 = flow.TunnelDestination.IsZero,
            Id = flow.TunnelId,
            Source = flow.TunnelSource,
            Destination = flow.TunnelDestination,
            SourceV6 = flow.TunnelSourceV6,
            DestinationV6 = flow.TunnelDestinationV6,
            Flags = flow.TunnelFlags,
            Tos = flow.TunnelTos,
            Ttl = flow.TunnelTtl,
            SourcePort = flow.TunnelTpSource,
            DestinationPort = flow.TunnelTpDestination,
            GbpId = flow.TunnelGbpId,
            GbpFlags = flow.TunnelGbpFlags,
        };
        if (_flow.TunnelPresent != 0)
        {
            Span<byte> options = stackalloc byte[TunnelOptions.Size];
            outer.SetOptions(options[.._bridge.TunnelOptions.Pack(ref _flow, options, out _)]);
        }

        Emit(new SetTunnelAction(outer));
    }

    /// <summary>What neither the port nor a rule sets is passed on as it was received, so it counts.</summary>
    private void ConsultInheritedTunnelFields()
    {
        Consult(F.TunnelGbpId);
        Consult(F.TunnelGbpFlags);
        _mask.Packet.TunnelFlags |= TunnelFlags.Oam;
    }

    private void SetOuterTtlAndTos(TunnelSettings tunnel)
    {
        ref var flow = ref _flow.Packet;
        flow.TunnelTtl = tunnel.Ttl;
        flow.TunnelTos = tunnel.Tos;
        if (!IsIp) return;
        if (tunnel.IsTtlInherited)
        {
            _mask.Packet.NwTtl = 0xff;
            flow.TunnelTtl = flow.NwTtl;
        }

        if (tunnel.IsTosInherited)
        {
            _mask.Packet.NwTos |= 0xfc;
            flow.TunnelTos = (byte)(flow.NwTos & 0xfc);
        }

        // ECN is always inherited; "congestion experienced" starts anew as "capable" (RFC 6040 section 4.1, compatibility).
        _mask.Packet.NwTos |= 3;
        flow.TunnelTos |= (byte)((flow.NwTos & 3) == 3 ? 2 : flow.NwTos & 3);
    }
}
