using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Tunnels and captures: VF to wire and wire to VF.</summary>
public sealed class SmartNicTunnelTests
{
    private static readonly MacAddress PeerMac = new(0x0200_0000_0b0bUL);

    private static DatapathAction[] Entunnel => [new SetTunnelAction(NicRig.Outer()), new OutputAction(NicRig.Tunnel)];

    /// <summary>A flow from the tunnel port to VF 2, whatever the frame.</summary>
    private static void PutIngress(NicRig rig)
    {
        var key = new FlowKey { Sections = FlowSections.Base, InPort = NicRig.Tunnel };
        var mask = new FlowMask { Bits = new FlowKey { Sections = FlowSections.Base, InPort = new OdpPort(uint.MaxValue) } };
        var actions = new DatapathActions(new OutputAction(new OdpPort(2)));
        Assert.True(rig.Control(new FlowPut(new Ufid(9, 9), new FlowMatch(ref key, ref mask), actions))[0].IsOk);
    }

    /// <summary>What the peer would send: our own outer frame with the addresses turned round.</summary>
    private static Frame FromPeer(NicRig rig, byte[] ours, Action<byte[]>? change = null)
    {
        var bytes = (byte[])ours.Clone();
        NicRig.PhysicalMac.Write(bytes);
        PeerMac.Write(bytes.AsSpan(6));
        new Ipv4Address(0x0a09_0002).Write(bytes.AsSpan(26));
        new Ipv4Address(0x0a09_0001).Write(bytes.AsSpan(30));
        change?.Invoke(bytes);
        Assert.True(rig.Pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        return frame;
    }

    [Fact]
    public void A_frame_to_a_tunnel_port_leaves_entunnelled_and_one_from_the_peer_arrives_without()
    {
        using var rig = new NicRig();
        rig.AddVxlan();
        Assert.Null(rig.Put(1, 2, Entunnel));
        PutIngress(rig);
        for (var number = 1; number <= 3; number++) rig.Send(1, 2, number);
        Assert.All(rig.Sent, sent => Assert.Equal((NicRig.Physical, 50 + Frames.Size), (sent.Port, sent.Bytes.Length)));
        Assert.Equal((1L, 2L), (rig.Nic.Counters.L2Frames, rig.Nic.Counters.L1Frames));
        Assert.Equal(PeerMac, MacAddress.Read(rig.Sent[0].Bytes));

        var ours = rig.Sent[0].Bytes;
        rig.Sent.Clear();
        for (var i = 0; i < 3; i++) rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, FromPeer(rig, ours)), 1);
        Assert.All(rig.Sent, sent => Assert.Equal((new OdpPort(2), ours[50..]), (sent.Port, sent.Bytes), new SameFrame()));
        Assert.Equal((2L, 4L), (rig.Nic.Counters.L2Frames, rig.Nic.Counters.L1Frames));
        Assert.Equal(3, rig.Sent.Count);
        rig.CheckAccount();
    }

    private sealed class SameFrame : IEqualityComparer<(OdpPort Port, byte[] Bytes)>
    {
        public bool Equals((OdpPort Port, byte[] Bytes) x, (OdpPort Port, byte[] Bytes) y) =>
            x.Port == y.Port && x.Bytes.AsSpan().SequenceEqual(y.Bytes);

        public int GetHashCode((OdpPort Port, byte[] Bytes) frame) => frame.Bytes.Length;
    }

    [Fact]
    public void A_wrong_VNI_or_sender_is_dropped_by_its_reason_and_never_delivered()
    {
        using var rig = new NicRig();
        rig.AddVxlan();
        rig.Put(1, 2, Entunnel);
        PutIngress(rig);
        rig.Send(1, 2);
        var ours = rig.Sent[0].Bytes;
        rig.Sent.Clear();
        rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, FromPeer(rig, ours, bytes => bytes[48] ^= 1)), 1);
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.UnknownVni]);
        Assert.Empty(rig.Sent);
        Assert.Empty(rig.ToHost);
        rig.CheckAccount();
    }

    [Fact]
    public void What_is_addressed_to_the_physical_port_itself_is_the_hosts()
    {
        using var rig = new NicRig();
        rig.AddVxlan();
        var frame = Frames.Udp(rig.Pool, 1, 2, 3, 4);
        NicRig.PhysicalMac.Write(frame.Bytes);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(frame.Bytes[12..], EtherType.Arp);
        rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, frame), 1);
        Assert.Equal(FallbackReason.HostDestined, Assert.Single(rig.ToHost).Reason);
        rig.CheckAccount();
    }

    [Fact]
    public void A_capture_shows_whole_frames_with_the_tier_that_answered_them()
    {
        using var rig = new NicRig();
        rig.AddVxlan();
        rig.Nic.Tap = rig;
        rig.Put(1, 2, Entunnel);
        rig.Send(1, 2, 1);
        Assert.Empty(rig.Captured);
        Assert.True(rig.Nic.SetCapture(new OdpPort(1), isOn: true));
        Assert.True(rig.Nic.SetCapture(NicRig.Physical, isOn: true));
        rig.Send(1, 2, 2);
        rig.Send(1, 3, 3);
        Assert.Equal(
            [(1u, false, Frames.Size, Tier.L1), (10u, true, 50 + Frames.Size, Tier.L1), (1u, false, Frames.Size, Tier.None)],
            rig.Captured.Select(captured => (captured.Port.Value, captured.IsEgress, captured.Bytes.Length, captured.Tier)));

        rig.Captured.Clear();
        PutIngress(rig);
        rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, FromPeer(rig, rig.Sent[0].Bytes)), 1);
        var ingress = Assert.Single(rig.Captured);
        Assert.Equal((false, Tier.L2, 50 + Frames.Size), (ingress.IsEgress, ingress.Tier, ingress.Bytes.Length));
        Assert.Equal(NicRig.PhysicalMac, MacAddress.Read(ingress.Bytes));

        rig.Captured.Clear();
        rig.Nic.SetCapture(new OdpPort(1), isOn: false);
        rig.Nic.SetCapture(NicRig.Physical, isOn: false);
        rig.Send(1, 2);
        Assert.Empty(rig.Captured);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Hits_allocate_nothing(bool isL1Enabled, bool isTunnelled)
    {
        using var rig = new NicRig(new SmartNicOptions { IsL1Enabled = isL1Enabled }) { Records = false };
        rig.AddVxlan();
        rig.Put(1, 2, isTunnelled ? Entunnel : [new OutputAction(new OdpPort(2))]);
        void Round()
        {
            for (var round = 0; round < 50; round++)
            {
                var batch = rig.Pool.RentBatch();
                for (var i = 0; i < 64; i++) batch.Add(Frames.Udp(rig.Pool, 1, 2, (ushort)i, 7));
                rig.Nic.ReceiveFromVf(new OdpPort(1), batch, rig.NowMs);
                rig.SettleCredit();
            }
        }

        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.Equal(3 * 50 * 64, rig.Nic.Counters.L1Frames + rig.Nic.Counters.L2Frames);
        Assert.Equal(isL1Enabled, rig.Nic.Counters.L1Frames > 0);
    }

    [Fact]
    public void The_physical_link_takes_Ethernet_off_and_puts_it_on_again()
    {
        using var rig = new NicRig();
        var frame = Frames.Udp(rig.Pool, 1, 2, 3, 4);
        var bytes = frame.Bytes.ToArray();
        Assert.True(PhysicalLink.TryStripEthernet(frame));
        Assert.Equal(bytes[14..], frame.Bytes.ToArray());
        Assert.True(PhysicalLink.TryAddEthernet(frame, MacAddress.Read(bytes), MacAddress.Read(bytes.AsSpan(6))));
        Assert.Equal(bytes, frame.Bytes.ToArray());
        frame.Bytes[12] = 8;
        frame.Bytes[13] = 6;
        Assert.False(PhysicalLink.TryStripEthernet(frame));
    }
}
