using Fabric.Wire;

namespace Fabric.Flow.Tests;

/// <summary>
/// Random flows as a translation makes them: the key of a frame, masked; the Ethernet type, the IP protocol and the fragment bits matched
/// exactly (they say which fields there are), other fields at will.
/// </summary>
internal sealed class RandomFlows(Random random)
{
    private readonly RandomFrames _frames = new(random);
    private readonly FramePool _pool = new(1);

    public void Key(out FlowKey key)
    {
        var bytes = _frames.Next();
        _pool.TryRent(bytes.Length, out var frame);
        bytes.CopyTo(frame!.Bytes);
        _frames.Metadata(ref frame.Metadata);
        frame.Metadata.Tunnel.OptionsSize = 0;
        key = default;
        FlowExtractor.Extract(frame, ref key);
        _pool.Return(frame);
        if ((key.TunnelFlags & TunnelFlags.Key) != 0 && random.Next(2) == 0) AddOptions(ref key);
        if (random.Next(3) == 0) AddConntrack(ref key);
        key.Normalize();
    }

    public void Next(out FlowKey key, out FlowMask mask)
    {
        Key(out var full);
        mask = default;
        // Neither IGMP nor ICMP of the other IP version has a text form.
        if (full.NwProto == IpProtocol.Igmp || (full.EthType == EtherType.Ipv4 && full.NwProto == IpProtocol.Icmpv6)
            || (full.EthType == EtherType.Ipv6 && full.NwProto == IpProtocol.Icmp))
            (full.TpSource, full.TpDestination, full.NdReserved) = (0, 0, 0);
        if (full.EthType != EtherType.Ipv6) (full.NdTarget, full.NdOptionsType) = (default, 0);
        if (EtherType.IsVlan(full.EthType)) full.EthType = 0x1234;
        full.Normalize();

        FlowFields.EthernetType.SetMaskExact(ref mask);
        foreach (var field in Candidates) MaskField(field, ref full, ref mask);
        if (full.EthType is EtherType.Ipv4 or EtherType.Ipv6) Exact(ref mask, FlowFields.NwProto, FlowFields.NwFragment);
        MaskTags(ref full, ref mask);
        MaskTunnel(ref full, ref mask);
        if (full.IsNeighbourDiscovery) Exact(ref mask, FlowFields.Icmpv6Type, FlowFields.Icmpv6Code, FlowFields.NdReserved);
        if (full.IsNeighbourDiscovery) MaskField(FlowFields.NdOptionsType, ref full, ref mask);
        if (full.CtNwProto != 0) Exact(ref mask, FlowFields.CtNwProto);
        mask.Bits.Normalize();
        FlowMask.Apply(ref mask, ref full, out key);
        key.Normalize();
    }

    private static void Exact(ref FlowMask mask, params ReadOnlySpan<FlowField> fields)
    {
        foreach (var field in fields) mask.SetExact(field);
    }

    private static readonly FlowField[] Candidates =
    [
        FlowFields.InPort, FlowFields.RecircId, FlowFields.DpHash, FlowFields.SkbMark, FlowFields.SkbPriority, FlowFields.CtZone,
        FlowFields.CtMark, FlowFields.CtLabel, FlowFields.EthSource, FlowFields.EthDestination, FlowFields.NwTos, FlowFields.NwTtl,
        FlowFields.NwSource, FlowFields.NwDestination, FlowFields.ArpSource, FlowFields.ArpTarget, FlowFields.ArpOperation,
        FlowFields.ArpSourceHardware, FlowFields.ArpTargetHardware, FlowFields.NdSourceLink, FlowFields.NdTargetLink, FlowFields.NdTarget,
        FlowFields.TcpSource, FlowFields.TcpDestination, FlowFields.UdpSource, FlowFields.UdpDestination, FlowFields.SctpSource,
        FlowFields.SctpDestination, FlowFields.IcmpType, FlowFields.IcmpCode, FlowFields.Icmpv6Type, FlowFields.Icmpv6Code,
        FlowFields.TcpFlags, FlowFields.Ipv6Label, FlowFields.Ipv6Source, FlowFields.Ipv6Destination, FlowFields.Mpls0, FlowFields.Mpls1,
    ];

    /// <summary>Nothing, a prefix, any bits or all of a field that the key has.</summary>
    private void MaskField(in FlowField field, ref FlowKey key, ref FlowMask mask)
    {
        if (!field.AppliesTo(ref key)) return;
        switch (random.Next(5))
        {
            case 0: break;
            case 1: field.SetMaskPrefix(ref mask, random.Next(field.Width + 1)); break;
            case 2: field.Write(ref mask, new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64())); break;
            default: field.SetMaskExact(ref mask); break;
        }
    }

    /// <summary>A tag's present bit and TPID are always matched, and so is the absence of a tag.</summary>
    private void MaskTags(ref FlowKey key, ref FlowMask mask)
    {
        mask.Bits.VlanTci = ushort.MaxValue;
        if (key.VlanTci == 0) return;
        mask.Bits.VlanTpid = ushort.MaxValue;
        mask.Bits.VlanTci = (ushort)(random.Next(65536) | FlowKey.VlanPresent);
        mask.Bits.InnerVlanTci = ushort.MaxValue;
        if (key.InnerVlanTci == 0) return;
        mask.Bits.InnerVlanTpid = ushort.MaxValue;
        mask.Bits.InnerVlanTci = (ushort)(random.Next(65536) | FlowKey.VlanPresent);
    }

    private void MaskTunnel(ref FlowKey key, ref FlowMask mask)
    {
        if (!key.HasTunnel) return;
        mask.SetExact(FlowFields.TunnelDestination);
        mask.SetExact(FlowFields.TunnelDestinationV6);
        foreach (var field in (FlowField[])[FlowFields.TunnelSource, FlowFields.TunnelTos, FlowFields.TunnelTtl, FlowFields.TunnelTpSource,
            FlowFields.TunnelTpDestination, FlowFields.TunnelSourceV6, FlowFields.TunnelGbpId, FlowFields.TunnelGbpFlags])
            MaskField(field, ref key, ref mask);
        mask.Bits.TunnelFlags = TunnelFlags.DontFragment | TunnelFlags.Checksum | (random.Next(2) == 0 ? TunnelFlags.Oam : 0);
        if ((key.TunnelFlags & TunnelFlags.Key) == 0) return;
        mask.Bits.TunnelFlags |= TunnelFlags.Key;
        MaskField(FlowFields.TunnelId, ref key, ref mask);
        if (random.Next(2) == 0)
        {
            // Without options in the match the key has none either.
            (key.TunnelOptionBytes, key.TunnelOptionsSize) = (default, 0);
            return;
        }

        mask.SetExact(FlowFields.TunnelOptionsSize);
        MaskOptions(ref key, ref mask);
    }

    private void MaskOptions(ref FlowKey key, ref FlowMask mask)
    {
        for (var at = 0; at < key.TunnelOptionsSize;)
        {
            var end = at + 4 + key.TunnelOptionBytes[at + 3] * 4;
            mask.Bits.TunnelOptionBytes[at + 3] = 0xff;
            mask.Bits.TunnelOptionBytes[at + 2] = (byte)(random.Next(2) == 0 ? 0xff : random.Next(256));
            (mask.Bits.TunnelOptionBytes[at], mask.Bits.TunnelOptionBytes[at + 1]) = (0xff, 0xff);
            var isExact = random.Next(2) == 0;
            for (at += 4; at < end; at++) mask.Bits.TunnelOptionBytes[at] = isExact ? (byte)0xff : (byte)random.Next(256);
        }
    }

    private void AddOptions(ref FlowKey key)
    {
        Span<byte> bytes = key.TunnelOptionBytes;
        var at = 0;
        for (var options = random.Next(4); options > 0; options--)
        {
            var words = random.Next(5);
            random.NextBytes(bytes.Slice(at, 4 + words * 4));
            bytes[at + 3] = (byte)words;
            at += 4 + words * 4;
        }

        key.TunnelOptionsSize = (byte)at;
    }

    private void AddConntrack(ref FlowKey key)
    {
        key.CtMark = (uint)random.Next();
        key.CtZone = (ushort)random.Next(65536);
        key.CtLabel = new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64());
        if (random.Next(2) == 0 || key.EthType is not (EtherType.Ipv4 or EtherType.Ipv6)) return;
        key.CtNwProto = (byte)random.Next(1, 256);
    }
}
