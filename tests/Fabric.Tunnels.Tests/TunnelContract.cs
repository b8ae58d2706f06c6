using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

/// <summary>What every encapsulation promises, over IPv4 and IPv6. The subclasses name the encapsulation.</summary>
public abstract class TunnelContract
{
    private readonly TunnelWorld _world = new();

    protected TunnelContract(TunnelType type) => Type = type;

    private protected TunnelWorld World => _world;

    protected TunnelType Type { get; }

    private OdpPort Port => TunnelWorld.PortOf(Type);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void E5_what_was_put_on_comes_off(bool isIpv6)
    {
        var inner = TunnelWorld.UdpFrame();
        var outer = Encapsulate(inner, isIpv6);
        var frame = World.Received(outer);

        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(inner, frame.Bytes.ToArray());
        Assert.Equal(Port.Value, frame.Metadata.InPort);
        ref var tunnel = ref frame.Metadata.Tunnel;
        Assert.True(tunnel.IsPresent);
        Assert.Equal((ulong)TunnelWorld.KnownVni, tunnel.Id);
        Assert.Equal(isIpv6, tunnel.IsIpv6);
        Assert.Equal(isIpv6 ? TunnelWorld.Left6 : TunnelWorld.Left4, isIpv6 ? tunnel.SourceV6 : (IpAddress)tunnel.Source);
        Assert.Equal(isIpv6 ? TunnelWorld.Right6 : TunnelWorld.Right4, isIpv6 ? tunnel.DestinationV6 : (IpAddress)tunnel.Destination);
        Assert.Equal(64, tunnel.Ttl);
        Assert.True(tunnel.Flags.HasFlag(TunnelFlags.Key));
        Assert.Equal(!isIpv6, tunnel.Flags.HasFlag(TunnelFlags.DontFragment));
        Assert.Equal(Type != TunnelType.Nvgre && isIpv6, tunnel.Flags.HasFlag(TunnelFlags.Checksum));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_outer_header_goes_to_the_next_hop_by_the_egress_of_the_route(bool isIpv6)
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), isIpv6);
        Assert.True(TunnelEncap.TryEncap(frame, Port, World.Left, 5, out var egress, out _));
        Assert.Equal(TunnelWorld.Physical, egress);
        Assert.False(frame.Metadata.Tunnel.IsPresent);
        Assert.True(EthernetView.TryParse(frame.Bytes, out var ethernet));
        Assert.Equal(
            new EthernetHeader(TunnelWorld.RightMac, TunnelWorld.LeftMac, isIpv6 ? EtherType.Ipv6 : EtherType.Ipv4),
            EthernetHeader.Parse(ethernet));
        if (isIpv6)
        {
            Assert.True(Ipv6View.TryParse(ethernet.Payload, out var ipv6));
            Assert.Equal(ethernet.Payload.Length, ipv6.PayloadLength + Ipv6View.Size);
        }
        else
        {
            Assert.True(Ipv4View.TryParse(ethernet.Payload, out var ipv4));
            Assert.Equal(ethernet.Payload.Length, ipv4.TotalLength);
            Assert.True(ipv4.IsChecksumCorrect);
            Assert.True(ipv4.DontFragment);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_packet_as_big_as_the_MTU_passes_and_one_byte_more_is_dropped(bool isIpv6)
    {
        var overhead = TunnelEncap.OuterHeaderSize(Type, new TunnelMetadata { IsIpv6 = isIpv6 }) - EthernetView.Size;
        var fits = 1600 - overhead - TunnelWorld.UdpFrame(0).Length;
        var inner = TunnelWorld.UdpFrame(fits);
        var frame = World.Received(Encapsulate(inner, isIpv6));
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(inner, frame.Bytes.ToArray());

        CannotEncapsulate(World.Inner(TunnelWorld.UdpFrame(fits + 1), isIpv6), DropReason.MtuExceeded);
    }

    [Fact]
    public void A_VNI_that_nobody_uses_here_is_dropped() =>
        Dropped(Encapsulate(TunnelWorld.UdpFrame(), false, vni: 5001), DropReason.UnknownVni);

    [Fact]
    public void D3_a_sender_that_is_no_peer_is_dropped()
    {
        World.Right.Apply(new RemovePeer(Type, new Vni(TunnelWorld.KnownVni), TunnelWorld.Left4));
        Dropped(Encapsulate(TunnelWorld.UdpFrame(), false), DropReason.UnknownPeer);
        World.Right.Apply(new RemovePeer(Type, new Vni(TunnelWorld.KnownVni), TunnelWorld.Left6));
        Dropped(Encapsulate(TunnelWorld.UdpFrame(), false), DropReason.UnknownVni);
    }

    [Fact]
    public void D3_a_port_that_accepts_all_takes_any_VNI_and_stops_when_told()
    {
        var port = World.Right.Ports.Single(p => p.Type == Type);
        World.Right.Apply(new AddTunnelPort(port with { AcceptsAll = true }));
        var inner = TunnelWorld.UdpFrame();
        var frame = World.Received(Encapsulate(inner, false, vni: 5001));
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(inner, frame.Bytes.ToArray());
        World.Right.Apply(new AddTunnelPort(port));
        Dropped(Encapsulate(TunnelWorld.UdpFrame(), false, vni: 5001), DropReason.UnknownVni);
    }

    [Fact]
    public void D3_a_peer_of_another_encapsulation_is_none()
    {
        foreach (var remote in new[] { TunnelWorld.Left4, TunnelWorld.Left6 })
            World.Right.Apply(new RemovePeer(Type, new Vni(TunnelWorld.KnownVni), remote));
        Dropped(Encapsulate(TunnelWorld.UdpFrame(), false), DropReason.UnknownVni);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_packet_for_another_VTEP_is_dropped(bool isIpv6)
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), isIpv6);
        World.Right.Apply(new RemoveLocalAddress(isIpv6 ? TunnelWorld.Right6 : TunnelWorld.Right4));
        Dropped(outer, DropReason.NotForUs);
    }

    [Fact]
    public void Without_a_port_that_listens_it_is_dropped()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        World.Right.Apply(new RemoveTunnelPort(Port));
        Dropped(outer, DropReason.NoTunnelPort);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void D1_a_packet_cut_anywhere_is_never_delivered(bool isIpv6)
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), isIpv6);
        for (var length = 0; length < outer.Length; length++)
        {
            var frame = World.Received(outer.AsSpan(0, length));
            var result = TunnelDecap.TryDecap(frame, World.Right, out var reason);
            Assert.True(result == DecapResult.Dropped && reason is DropReason.MalformedOuter or DropReason.MalformedFrame,
                $"{length} of {outer.Length} bytes: {result} {reason}");
            World.Pool.Return(frame);
        }
    }

    [Fact]
    public void A_header_that_ends_early_while_IP_is_whole_is_malformed()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        var start = 14 + 20;
        var end = TunnelEncap.OuterHeaderSize(Type, default);
        for (var length = start; length < end + EthernetView.Size; length++)
        {
            var cut = Rewritten(outer[..length]);
            var frame = World.Received(cut);
            Assert.Equal(DecapResult.Dropped, TunnelDecap.TryDecap(frame, World.Right, out var reason));
            var expected = length >= end ? DropReason.MalformedFrame
                : length < (Type == TunnelType.Nvgre ? end : start + 8) ? DropReason.MalformedOuter : DropReason.MalformedTunnel;
            Assert.Equal((length, expected), (length, reason));
            World.Pool.Return(frame);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flipped_bit_never_throws_and_never_changes_the_overlay(bool isIpv6)
    {
        var inner = TunnelWorld.UdpFrame();
        var outer = Encapsulate(inner, isIpv6);
        for (var bit = 0; bit < outer.Length * 8; bit++)
        {
            var copy = outer.ToArray();
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            var frame = World.Received(copy);
            var result = TunnelDecap.TryDecap(frame, World.Right, out _);
            if (result == DecapResult.Detunnelled)
            {
                Assert.Equal((bit, (ulong)TunnelWorld.KnownVni), (bit, frame.Metadata.Tunnel.Id));
                Assert.Equal(Port.Value, frame.Metadata.InPort);
            }
            else
            {
                Assert.Equal(copy, frame.Bytes.ToArray());
                Assert.Equal(TunnelWorld.Physical.Value, frame.Metadata.InPort);
                Assert.False(frame.Metadata.Tunnel.IsPresent);
            }

            World.Pool.Return(frame);
        }
    }

    [Fact]
    public void A_damaged_outer_header_is_told_by_its_checksum()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        outer[14 + Ipv4View.TtlOffset]--;
        Dropped(outer, DropReason.BadOuterChecksum);
    }

    [Fact]
    public void Fragments_are_refused()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        outer[14 + 6] = 0x20;
        Dropped(Rewritten(outer), DropReason.MalformedOuter);
        outer[14 + 6] = 0x00;
        outer[14 + 7] = 0x10;
        Dropped(Rewritten(outer), DropReason.MalformedOuter);
    }

    [Fact]
    public void Ethernet_padding_behind_the_packet_is_cut_off()
    {
        var inner = TunnelWorld.UdpFrame(0);
        var frame = World.Received([.. Encapsulate(inner, false), 0, 0, 0, 0, 0]);
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.Equal(inner, frame.Bytes.ToArray());
    }

    [Fact]
    public void E1_missing_routes_neighbours_sources_and_metadata_are_told_and_leave_the_frame_alone()
    {
        var inner = TunnelWorld.UdpFrame();
        World.Left.Apply(new RemoveNeighbour(TunnelWorld.Right4));
        CannotEncapsulate(World.Inner(inner, false), DropReason.NoNeighbour);
        World.Left.Apply(new RemoveRoute(IpAddress.Parse("172.16.0.99"), 24));
        CannotEncapsulate(World.Inner(inner, false), DropReason.NoRoute);
        World.Left.Apply(new RemoveLocalAddress(TunnelWorld.Left6));
        CannotEncapsulate(World.Inner(inner, true), DropReason.NoRoute);
        CannotEncapsulate(World.Inner(inner, false, vni: 1 << 24), DropReason.UnknownVni);
        var bare = World.Inner(inner, false);
        bare.Metadata.Tunnel.IsPresent = false;
        CannotEncapsulate(bare, DropReason.NoRoute);
        World.Left.Apply(new RemoveTunnelPort(Port));
        CannotEncapsulate(World.Inner(inner, false), DropReason.NoSuchPort);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void E2_D4_nothing_is_allocated(bool isIpv6)
    {
        var inner = TunnelWorld.UdpFrame();
        var template = World.Inner(inner, isIpv6);
        Assert.True(World.Pool.TryRent(0, out var frame));
        long allocated = 0;
        for (var i = 0; i < 2000; i++)
        {
            // The first round finds the path and the JIT compiles; both allocate once.
            if (i == 1000) allocated = GC.GetAllocatedBytesForCurrentThread();
            frame.CopyFrom(template);
            var put = TunnelEncap.TryEncap(frame, Port, World.Left, (uint)i, out _, out _);
            var result = TunnelDecap.TryDecap(frame, World.Right, out _);
            if (!put || result != DecapResult.Detunnelled) Assert.Fail($"round {i}: {put} {result}");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    [Fact]
    public void TOS_and_TTL_are_the_metadata_s_or_inherited()
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), false);
        frame.Metadata.Tunnel.Tos = 0xb8;
        frame.Metadata.Tunnel.Ttl = 9;
        Assert.Equal((0xb8, 9), TosAndTtl(frame));

        frame = World.Inner(TunnelWorld.UdpFrame(), false);
        frame.Metadata.Tunnel.Ttl = 0;
        Assert.Equal((0, 64), TosAndTtl(frame));

        frame = World.Inner(TunnelWorld.UdpFrame(), false, flags: TunnelFlags.InheritTos | TunnelFlags.InheritTtl);
        Assert.Equal((0x28, 33), TosAndTtl(frame));
    }

    [Fact]
    public void A_packet_that_may_be_fragmented_has_an_identification_of_its_own()
    {
        var seen = new HashSet<ushort>();
        for (var i = 0; i < 100; i++)
        {
            var frame = World.Inner(TunnelWorld.UdpFrame(), false, flags: TunnelFlags.Key);
            Assert.True(TunnelEncap.TryEncap(frame, Port, World.Left, 0, out _, out _));
            Assert.True(Ipv4View.TryParse(frame.Bytes[14..], out var ipv4));
            Assert.False(ipv4.DontFragment);
            Assert.True(seen.Add(ipv4.Identification));
            World.Pool.Return(frame);
        }
    }

    private protected byte[] Encapsulate(
        byte[] inner, bool isIpv6, uint vni = TunnelWorld.KnownVni, TunnelFlags flags = TunnelFlags.Key | TunnelFlags.DontFragment)
    {
        var frame = World.Inner(inner, isIpv6, vni, flags);
        Assert.True(TunnelEncap.TryEncap(frame, Port, World.Left, 3, out _, out var reason), reason.ToString());
        return frame.Bytes.ToArray();
    }

    private protected void Dropped(byte[] outer, DropReason expected)
    {
        var frame = World.Received(outer);
        Assert.Equal(DecapResult.Dropped, TunnelDecap.TryDecap(frame, World.Right, out var reason));
        Assert.Equal(expected, reason);
        Assert.Equal(outer, frame.Bytes.ToArray());
        Assert.Equal(TunnelWorld.Physical.Value, frame.Metadata.InPort);
        Assert.False(frame.Metadata.Tunnel.IsPresent);
    }

    /// <summary>The outer frame with lengths and IPv4 checksum made right again for its bytes; the UDP checksum is left out.</summary>
    private protected static byte[] Rewritten(byte[] outer)
    {
        var copy = outer.ToArray();
        var length = copy.Length - 14;
        (copy[16], copy[17]) = ((byte)(length >> 8), (byte)length);
        (copy[24], copy[25]) = (0, 0);
        var checksum = InternetChecksum.Compute(copy.AsSpan(14, 20));
        (copy[24], copy[25]) = ((byte)(checksum >> 8), (byte)checksum);
        if (copy[23] == IpProtocol.Udp && copy.Length >= 42)
        {
            (copy[38], copy[39]) = ((byte)((length - 20) >> 8), (byte)(length - 20));
            (copy[40], copy[41]) = (0, 0);
        }

        return copy;
    }

    private void CannotEncapsulate(Frame frame, DropReason expected)
    {
        var (bytes, offset, metadata) = (frame.Bytes.ToArray(), frame.Offset, frame.Metadata.Tunnel);
        Assert.False(TunnelEncap.TryEncap(frame, Port, World.Left, 0, out _, out var reason));
        Assert.Equal(expected, reason);
        Assert.Equal(bytes, frame.Bytes.ToArray());
        Assert.Equal(offset, frame.Offset);
        Assert.Equal(metadata, frame.Metadata.Tunnel);
    }

    private (int Tos, int Ttl) TosAndTtl(Frame frame)
    {
        Assert.True(TunnelEncap.TryEncap(frame, Port, World.Left, 0, out _, out var reason), reason.ToString());
        Assert.True(Ipv4View.TryParse(frame.Bytes[14..], out var ipv4));
        return (ipv4.Tos, ipv4.Ttl);
    }
}
