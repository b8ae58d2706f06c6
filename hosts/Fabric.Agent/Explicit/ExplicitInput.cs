using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>One port by which packets come, as the box of all of them. Fields, so that they can be passed by reference.</summary>
internal sealed class ExplicitInput
{
    /// <summary>IEEE 802 "local experimental": a type that has no headers of its own.</summary>
    private const ushort NoSpecialType = 0x88b5;

    private static readonly Ipv4Address SomeAddress = new(0xc000_0201);

    public OpenFlowKey Sample;

    /// <inheritdoc cref="RuleOracle.Constant"/>
    public OpenFlowKey Constant;
    public OpenFlowKey Fixed;

    private ExplicitInput(AgentPort port) => Port = port;

    public AgentPort Port { get; }

    /// <summary>Where several ports take packets of one datapath port, the one that says more about them comes first.</summary>
    public int Rank { get; private init; }

    public static ExplicitInput Of(AgentPort port)
    {
        var input = new ExplicitInput(port) { Rank = port.Settings.Tunnel is { } rank ? RankOf(rank) : 0 };
        OpenFlowKey.AllBytes(ref input.Constant).Fill(0xff);
        ref var free = ref input.Constant.Packet;
        ref var sample = ref input.Sample.Packet;
        ref var known = ref input.Fixed.Packet;
        FlowKey.Section(ref free, 0) = default;
        FlowKey.Section(ref free, 1) = default;
        FlowKey.Section(ref free, 4) = default;
        FlowKey.Section(ref free, 5) = default;
        FlowKey.Section(ref free, 8) = default;
        // Of these sections, what a frame from outside cannot say.
        free.InPort = new OdpPort(uint.MaxValue);
        (free.RecircId, free.SkbPriority, free.SkbMark, free.DpHash, free.PacketType) = (~0u, ~0u, ~0u, ~0u, ~0u);
        free.NwFragment = FragmentBits.Any | FragmentBits.Later;
        (sample.InPort, sample.EthType) = (port.Settings.Odp, NoSpecialType);
        (known.InPort, known.RecircId, known.PacketType) = (new OdpPort(uint.MaxValue), ~0u, ~0u);
        (sample.NwProto, sample.NwTtl) = (253, 64);
        input.Sample.InPort = port.Number;
        if (port.Settings.Tunnel is { } tunnel) input.Narrow(tunnel);
        sample.Sections = free.Sections = known.Sections = FlowSections.All;
        return input;
    }

    /// <summary>Packets with these bits in a field go to the host before any rule is asked.</summary>
    public ExplicitFlow Except(OpenFlowField field, UInt128 bits, ExplicitRefusal why)
    {
        var (key, mask) = (Sample, Fixed);
        field.SetMasked(ref mask, bits, bits);
        field.SetMasked(ref key, bits, bits);
        return Box(ref key, ref mask, new FlowRank(1), why);
    }

    /// <summary>All packets of the port.</summary>
    public ExplicitFlow LeaveToHost(ExplicitRefusal why) => Box(ref Sample, ref Fixed, new FlowRank(0, Rank), why);

    private static ExplicitFlow Box(ref OpenFlowKey key, ref OpenFlowKey bits, FlowRank rank, ExplicitRefusal why)
    {
        var mask = new FlowMask { Bits = bits.Packet };
        mask.Bits.Normalize();
        var sample = key.Packet;
        sample.Normalize();
        FlowMask.Apply(ref mask, ref sample, out var masked);
        return new ExplicitFlow
        {
            Key = masked, Mask = mask, Rank = rank, Ufid = rank.Distinguish(Ufid.Of(ref masked, ref mask)),
            Actions = DatapathActions.Drop, Reason = new ExplicitReason(why),
        };
    }

    private void Narrow(TunnelSettings tunnel)
    {
        FlowKey.Section(ref Constant.Packet, 2) = default;
        FlowKey.Section(ref Constant.Packet, 3) = default;
        // Read as 0, whatever the packet says.
        (Constant.Packet.GtpuFlags, Constant.Packet.GtpuMessageType, Constant.Packet.ErspanVersion) = (255, 255, 255);
        Constant.Packet.ErspanDirectionAndHardwareId = 255;
        ref var sample = ref Sample.Packet;
        ref var known = ref Fixed.Packet;
        sample.TunnelDestination = tunnel.LocalIpv4 ?? SomeAddress;
        if (!tunnel.IsKeyFlow) (sample.TunnelId, known.TunnelId) = (tunnel.Key ?? 0, ulong.MaxValue);
        if (tunnel.RemoteIpv4 is { } remote)
            (sample.TunnelSource, known.TunnelSource) = (remote, new Ipv4Address(uint.MaxValue));
        if (tunnel.LocalIpv4 is not null) known.TunnelDestination = new Ipv4Address(uint.MaxValue);
        if (tunnel.RemoteIpv6 is { } remoteV6)
        {
            (sample.TunnelSourceV6, known.TunnelSourceV6) = (remoteV6, new Ipv6Address(ulong.MaxValue, ulong.MaxValue));
            sample.TunnelDestination = default;
            sample.TunnelDestinationV6 = tunnel.LocalIpv6 ?? new Ipv6Address(0, 1);
        }

        if (tunnel.LocalIpv6 is { } localV6)
            (sample.TunnelDestination, sample.TunnelDestinationV6, known.TunnelDestinationV6) =
                (default, localV6, new Ipv6Address(ulong.MaxValue, ulong.MaxValue));
    }

    /// <summary>The order in which <see cref="TunnelInputs"/> looks.</summary>
    private static int RankOf(TunnelSettings tunnel)
    {
        var local = tunnel.LocalIpv4 is not null || tunnel.LocalIpv6 is not null ? 2 : tunnel.IsLocalFlow ? 0 : 1;
        return (tunnel.IsKeyFlow ? 0 : 8) + (tunnel.IsRemoteFlow ? 0 : 4) + local;
    }
}
