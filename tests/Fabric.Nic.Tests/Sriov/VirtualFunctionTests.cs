using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>What the host says of a VF, and what that does to its frames.</summary>
public sealed class VirtualFunctionTests
{
    private static readonly OdpPort First = new(1);
    private static readonly OdpPort Second = new(2);

    private static OutputAction To(uint port) => new(new OdpPort(port));

    private static MacAddress Mac(uint vf) => new(0x0200_0000_0000UL | vf);

    private static void Set(NicRig rig, uint vf, VfSettings settings) =>
        Assert.True(rig.Nic.TrySetFunction(new OdpPort(vf), $"vf{vf}", settings with { Mac = Mac(vf) }, rig.NowMs, out var error), error);

    private static NicRig Rig(params (uint Vf, VfSettings Settings)[] functions)
    {
        var rig = new NicRig();
        foreach (var vf in new uint[] { 1, 2 }) Set(rig, vf, new VfSettings());
        foreach (var (vf, settings) in functions) Set(rig, vf, settings);
        while (rig.Nic.TryTakeLinkNews(out _)) { }
        rig.Put(1, 2, To(2));
        return rig;
    }

    private static long Dropped(NicRig rig, uint vf, DropReason reason)
    {
        Assert.True(rig.Nic.TryGetFunction(new OdpPort(vf), out var function));
        return function.Drops[reason];
    }

    private static Frame Tagged(NicRig rig, ushort vlan)
    {
        var frame = Frames.Udp(rig.Pool, 1, 2, 5, 7);
        Assert.True(frame.TryPush(4, out _));
        var bytes = frame.Bytes;
        bytes.Slice(4, 12).CopyTo(bytes);
        new VlanTag(EtherType.Vlan, 0, false, vlan).Emit(bytes[12..]);
        return frame;
    }

    [Fact]
    public void A_spoof_checked_VF_sends_with_its_own_address_only()
    {
        using var rig = Rig((1, new VfSettings { ChecksSpoof = true }));
        rig.Send(1, 2);
        rig.Nic.ReceiveFromVf(First, Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 77, 2, 1, 2), Frames.Udp(rig.Pool, 1, 2, 1, 2)), 1);
        Assert.Equal(2, rig.Sent.Count);
        Assert.Equal((1L, 1L), (Dropped(rig, 1, DropReason.SourceSpoofed), rig.Nic.Account.Drops[DropReason.SourceSpoofed]));
        rig.CheckAccount();
    }

    [Fact]
    public void Spoofed_frames_do_not_reach_the_host_either()
    {
        using var rig = Rig((1, new VfSettings { ChecksSpoof = true }));
        rig.Nic.ReceiveFromVf(First, Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 77, 9, 1, 2)), 1);
        Assert.Empty(rig.ToHost);
    }

    [Fact]
    public void A_VF_with_a_VLAN_sends_into_it_and_gets_from_it_without_seeing_tags()
    {
        using var rig = Rig((1, new VfSettings { Vlan = 10 }), (2, new VfSettings { Vlan = 10 }));
        rig.Nic.SetCapture(First, true);
        rig.Nic.Tap = rig;
        rig.Send(1, 2, number: 5);
        var sent = Assert.Single(rig.Sent);
        Assert.Equal((Second, Frames.Size, 5), (sent.Port, sent.Bytes.Length, Frames.NumberOf(sent.Bytes)));
        Assert.Equal([0x81, 0x00, 0x00, 0x0a], Assert.Single(rig.Captured).Bytes[12..16]);
    }

    [Fact]
    public void A_VF_with_a_VLAN_may_not_send_tags_of_its_own()
    {
        using var rig = Rig((1, new VfSettings { Vlan = 10 }));
        rig.Nic.ReceiveFromVf(First, Frames.Batch(rig.Pool, Tagged(rig, 10), Tagged(rig, 20), Tagged(rig, 0)), 1);
        Assert.Empty(rig.Sent);
        Assert.Equal(3, Dropped(rig, 1, DropReason.VfVlanRefused));
        rig.CheckAccount();
    }

    [Fact]
    public void A_VF_with_a_VLAN_gets_nothing_of_other_VLANs()
    {
        using var rig = Rig((1, new VfSettings { Vlan = 20 }), (2, new VfSettings { Vlan = 10 }));
        rig.Send(1, 2);
        Set(rig, 1, new VfSettings());
        rig.Send(1, 2);
        Assert.Empty(rig.Sent);
        Assert.Equal(2, Dropped(rig, 2, DropReason.VfVlanRefused));
        rig.CheckAccount();
    }

    [Fact]
    public void A_VF_without_VLAN_may_send_tags()
    {
        using var rig = Rig();
        rig.Nic.ReceiveFromVf(First, Frames.Batch(rig.Pool, Tagged(rig, 20)), 1);
        Assert.Equal(Frames.Size + 4, Assert.Single(rig.Sent).Bytes.Length);
    }

    [Theory]
    [InlineData(50, true, true)]
    [InlineData(49, false, true)]
    [InlineData(50, true, false)]
    [InlineData(49, false, false)]
    public void Frames_over_the_MTU_are_dropped_in_both_directions_and_a_tag_comes_on_top(int mtu, bool passes, bool atSender)
    {
        using var rig = Rig((atSender ? 1u : 2u, new VfSettings { Mtu = mtu }));
        rig.Nic.ReceiveFromVf(First, Frames.Batch(rig.Pool, Tagged(rig, 20), Frames.Udp(rig.Pool, 1, 2, 5, 7)), 1);
        Assert.Equal(passes ? 2 : 0, rig.Sent.Count);
        Assert.Equal(passes ? 0 : 2, Dropped(rig, atSender ? 1u : 2u, DropReason.MtuExceeded));
        rig.CheckAccount();
    }

    [Fact]
    public void A_guest_without_trust_keeps_the_address_that_the_host_gave_and_sees_its_own_frames_only()
    {
        using var rig = Rig();
        Assert.False(rig.Nic.TryChangeMac(First, Mac(99)));
        Assert.False(rig.Nic.TrySetPromiscuous(First, true));
        Set(rig, 1, new VfSettings { IsTrusted = true });
        Assert.False(rig.Nic.TryChangeMac(First, MacAddress.Broadcast));
        Assert.True(rig.Nic.TryChangeMac(First, Mac(99)));
        Assert.True(rig.Nic.TrySetPromiscuous(First, true));
        Assert.True(rig.Nic.TryGetFunction(First, out var function));
        Assert.Equal((Mac(99), true, 3L), (function.Mac, function.IsPromiscuous, function.RefusedRequests));
    }

    [Fact]
    public void A_guest_that_loses_trust_loses_what_it_got_by_it()
    {
        using var rig = Rig((1, new VfSettings { IsTrusted = true }));
        rig.Nic.TryChangeMac(First, Mac(99));
        rig.Nic.TrySetPromiscuous(First, true);
        Set(rig, 1, new VfSettings());
        Assert.True(rig.Nic.TryGetFunction(First, out var function));
        Assert.Equal((Mac(1), false), (function.Mac, function.IsPromiscuous));
    }

    [Fact]
    public void A_guest_whose_host_has_set_no_address_chooses_one()
    {
        using var rig = Rig();
        Assert.True(rig.Nic.TrySetFunction(new OdpPort(3), "vf3", new VfSettings(), 1, out _));
        Assert.True(rig.Nic.TryChangeMac(new OdpPort(3), Mac(55)));
    }

    [Fact]
    public void The_link_follows_the_physical_port_unless_the_host_says_up_or_down()
    {
        using var rig = Rig();
        Set(rig, 3, new VfSettings { Link = VfLinkMode.Enable });
        Set(rig, 4, new VfSettings { Link = VfLinkMode.Disable });
        var news = News(rig);
        Assert.Equal([new VfLinkNews(new OdpPort(3), true)], news);
        rig.Nic.TrySetLink(NicRig.Physical, false);
        Assert.Equal([new VfLinkNews(First, false), new VfLinkNews(Second, false)], News(rig));
        rig.Send(1, 2);
        Assert.Empty(rig.Sent);
        Assert.Equal(1, Dropped(rig, 1, DropReason.PortDown));
        rig.Nic.TrySetLink(NicRig.Physical, true);
        Assert.Equal([new VfLinkNews(First, true), new VfLinkNews(Second, true)], News(rig));
        Set(rig, 2, new VfSettings { Link = VfLinkMode.Disable });
        rig.Send(1, 2);
        Assert.Empty(rig.Sent);
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.PortDown] - 1);
        rig.CheckAccount();
    }

    [Fact]
    public void A_destroyed_VF_has_no_port_and_comes_back_when_it_is_made_again()
    {
        using var rig = Rig();
        Assert.True(rig.Nic.DestroyFunction(Second, 1));
        Assert.False(rig.Nic.DestroyFunction(Second, 1));
        Assert.Equal([new VfLinkNews(Second, false)], News(rig));
        rig.Send(1, 2);
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.NoSuchPort]);
        var port = new PortConfig(Second, "vf2", DatapathPortKind.Representor, Mac(2), IsUp: true);
        Assert.Equal("vf2 does not exist", rig.Control(port)[^1].Refusal);
        Set(rig, 2, new VfSettings());
        Assert.Equal([new VfLinkNews(Second, true)], News(rig));
        Assert.Null(rig.Control(port)[^1].Refusal);
        rig.Send(1, 2);
        Assert.Single(rig.Sent);
        rig.CheckAccount();
    }

    [Fact]
    public void A_representor_of_a_VF_that_is_down_is_told_so()
    {
        using var rig = Rig();
        Set(rig, 4, new VfSettings { Link = VfLinkMode.Disable });
        News(rig);
        rig.Control(new PortConfig(new OdpPort(4), "vf4", DatapathPortKind.Representor, Mac(4), IsUp: true));
        Assert.Equal([new VfLinkNews(new OdpPort(4), false)], News(rig));
        Assert.True(rig.Nic.TryGetPort(new OdpPort(4), out var port));
        Assert.False(port.Port.IsUp);
    }

    [Fact]
    public void What_no_VF_can_be_told_is_refused_and_changes_nothing()
    {
        using var rig = Rig((1, new VfSettings { Vlan = 7 }));
        foreach (var wrong in new[]
        {
            new VfSettings { Vlan = 4_095 }, new VfSettings { MinRateBps = 2, MaxRateBps = 1 }, new VfSettings { MaxRateBps = -1 },
            new VfSettings { Mtu = -1 }, new VfSettings { Mac = MacAddress.Broadcast }, new VfSettings { MinRateBps = 26_000_000_000 },
        }) Assert.False(rig.Nic.TrySetFunction(First, "vf1", wrong, 1, out _));
        Set(rig, 2, new VfSettings { MinRateBps = 15_000_000_000 });
        Assert.False(rig.Nic.TrySetFunction(First, "vf1", new VfSettings { MinRateBps = 15_000_000_000 }, 1, out var error));
        Assert.Contains("above the port's", error);
        Assert.True(rig.Nic.TryGetFunction(First, out var function));
        Assert.Equal(7, function.Settings.Vlan);
    }

    [Fact]
    public void Checks_and_rates_allocate_nothing_per_frame()
    {
        var all = new VfSettings { ChecksSpoof = true, Vlan = 9, Mtu = 1500, MaxRateBps = 10_000_000_000, MinRateBps = 1_000_000 };
        using var rig = Rig((1, all), (2, all));
        rig.Records = false;
        Run(rig, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(rig, 200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        rig.CheckAccount();

        static void Run(NicRig rig, int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                rig.NowMs++;
                var batch = rig.Pool.RentBatch();
                for (var i = 0; i < 64; i++) batch.Add(Frames.Udp(rig.Pool, 1, 2, 5, 7, i));
                rig.Nic.ReceiveFromVf(First, batch, rig.NowMs);
                rig.Nic.Release(rig.NowMs);
                rig.SettleCredit();
            }
        }
    }

    private static List<VfLinkNews> News(NicRig rig)
    {
        var news = new List<VfLinkNews>();
        while (rig.Nic.TryTakeLinkNews(out var one)) news.Add(one);
        return news;
    }
}
