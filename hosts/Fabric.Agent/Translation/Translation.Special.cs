using System.Numerics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Packets for the agent itself, by the port that they came in by (OVS: <c>process_special</c>).</summary>
internal sealed partial class Translation
{
    private AgentPort? _lacpPort;
    private List<AgentPort>? _bfdPorts;

    private bool IsSpecial(AgentPort? port) => port is not null && (IsForBfd(port) || IsForLacp(port));

    /// <summary>Each LACPDU comes to the agent, and goes no further.</summary>
    private bool IsForLacp(AgentPort port)
    {
        if (port.Bundle.Bond?.Lacp is null || _flow.Packet.EthType != LacpPdu.EtherType) return false;
        _lacpPort = port;
        _slow |= SlowPath.Lacp;
        return true;
    }

    /// <summary>
    /// OVS: <c>bfd_should_process_flow</c>. The address is matched whenever it decides; OVS forgets it when it says no (decision 012).
    /// </summary>
    private bool IsForBfd(AgentPort port)
    {
        if (port.Bfd is not { Settings: var settings }) return false;
        if (_oracle is not null)
        {
            Refuse(ExplicitRefusal.Bfd);
            return false;
        }

        ref var flow = ref _flow.Packet;
        ref var mask = ref _mask.Packet;
        if (!settings.RemoteDestinationMac.IsZero)
        {
            mask.EthDestination = MacAddress.Broadcast;
            if (flow.EthDestination != settings.RemoteDestinationMac) return false;
        }

        if (flow.EthType != EtherType.Ipv4) return false;
        mask.NwProto = 0xff;
        if (flow.NwProto != IpProtocol.Udp || (flow.NwFragment & FragmentBits.Later) != 0 || !IsBfdPort(flow.TpDestination)) return false;
        var isOwn = settings.Source == flow.NwDestination;
        if (isOwn || settings.Source != BfdSettings.DefaultSource) mask.NwDestination = Ipv4Address.Broadcast;
        if (!isOwn && settings.Source != BfdSettings.DefaultSource) return false;
        if (settings.ChecksTunnelKey)
        {
            mask.TunnelId = ulong.MaxValue;
            if (flow.TunnelId != 0) return false;
        }

        (_bfdPorts ??= []).Add(port);
        _slow |= SlowPath.Bfd;
        return true;
    }

    /// <summary>Another port differs by its first bit that differs (OVS: <c>tp_dst_equals</c>).</summary>
    private bool IsBfdPort(ushort port)
    {
        var difference = (ushort)(port ^ BfdMessage.UdpPort);
        _mask.Packet.TpDestination |= difference == 0 ? ushort.MaxValue
            : (ushort)(0x8000 >> BitOperations.LeadingZeroCount((uint)difference << 16));
        return difference == 0;
    }
}
