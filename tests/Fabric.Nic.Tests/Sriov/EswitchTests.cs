using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Legacy mode (properties E1 to E4 of <see cref="LegacySwitch"/>) and the change between the modes (N10).</summary>
public sealed class EswitchTests
{
    private static OutputAction To(uint port) => new(new OdpPort(port));

    private static MacAddress Mac(uint vf) => new(0x0200_0000_0000UL | vf);

    private static void Set(NicRig rig, uint vf, VfSettings settings) =>
        Assert.True(rig.Nic.TrySetFunction(new OdpPort(vf), $"vf{vf}", settings with { Mac = Mac(vf) }, rig.NowMs, out var error), error);

    private static NicRig Legacy(params (uint Vf, VfSettings Settings)[] functions)
    {
        var rig = new NicRig();
        for (uint vf = 1; vf <= 4; vf++) Set(rig, vf, new VfSettings());
        foreach (var (vf, settings) in functions) Set(rig, vf, settings);
        rig.Nic.SetEswitch(EswitchMode.Legacy, rig.NowMs);
        return rig;
    }

    private static Frame ToMac(NicRig rig, uint source, MacAddress destination)
    {
        var frame = Frames.Udp(rig.Pool, source, 9, 1, 2);
        destination.Write(frame.Bytes);
        return frame;
    }

    private static uint[] PortsOf(NicRig rig) => [.. rig.Sent.Select(sent => sent.Port.Value).Order()];

    [Fact]
    public void A_known_address_is_reached_and_an_unknown_one_is_sought_on_the_wire()
    {
        using var rig = Legacy();
        rig.Send(1, 2);
        Assert.Equal([2u], PortsOf(rig));
        rig.Send(1, 77);
        Assert.Equal([2u, NicRig.Physical.Value], PortsOf(rig));
        Assert.Empty(rig.ToHost);
        rig.CheckAccount();
    }

    [Fact]
    public void A_frame_for_a_group_reaches_all_others_the_host_and_the_wire()
    {
        using var rig = Legacy();
        rig.Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(rig.Pool, ToMac(rig, 1, MacAddress.Broadcast)), 1);
        Assert.Equal([2u, 3u, 4u, NicRig.Physical.Value], PortsOf(rig));
        Assert.Equal(FallbackReason.HostDestined, Assert.Single(rig.ToHost).Reason);
        rig.Sent.Clear();
        rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, ToMac(rig, 77, MacAddress.Broadcast)), 1);
        Assert.Equal([1u, 2u, 3u, 4u], PortsOf(rig));
        Assert.Equal(2, rig.ToHost.Count);
        rig.CheckAccount();
    }

    [Fact]
    public void The_host_is_reached_by_its_address_and_gets_what_the_wire_brings_for_nobody_else()
    {
        using var rig = Legacy();
        rig.Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(rig.Pool, ToMac(rig, 1, NicRig.PhysicalMac)), 1);
        rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, ToMac(rig, 77, Mac(78)), ToMac(rig, 77, Mac(3))), 1);
        Assert.Equal(2, rig.ToHost.Count);
        Assert.Equal([3u], PortsOf(rig));
        rig.Control();
        rig.Nic.ReceiveFromHost(NicRig.Physical, Frames.Batch(rig.Pool, ToMac(rig, 5, Mac(2)), ToMac(rig, 5, Mac(78))), 1);
        Assert.Equal([2u, 3u, NicRig.Physical.Value], PortsOf(rig));
        rig.CheckAccount();
    }

    [Fact]
    public void VLANs_of_VFs_keep_them_apart_and_are_seen_on_the_wire_alone()
    {
        var ten = new VfSettings { Vlan = 10 };
        using var rig = Legacy((1, ten), (2, ten), (3, new VfSettings { Vlan = 20 }));
        rig.Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(rig.Pool, ToMac(rig, 1, MacAddress.Broadcast)), 1);
        Assert.Equal([2u, NicRig.Physical.Value], PortsOf(rig));
        Assert.Equal([Frames.Size, Frames.Size + 4], rig.Sent.Select(sent => sent.Bytes.Length).Order());
        rig.Sent.Clear();
        // The address is there, but not in this VLAN.
        rig.Send(1, 3);
        rig.Send(1, 2);
        Assert.Equal([2u, NicRig.Physical.Value], PortsOf(rig));
        rig.CheckAccount();
    }

    [Fact]
    public void A_trusted_guest_that_is_promiscuous_sees_the_frames_of_others()
    {
        using var rig = Legacy((4, new VfSettings { IsTrusted = true }));
        Assert.True(rig.Nic.TrySetPromiscuous(new OdpPort(4), true));
        rig.Send(1, 2);
        Assert.Equal([2u, 4u], PortsOf(rig));
        rig.Send(1, 77);
        Assert.Equal([2u, 4u, 4u, NicRig.Physical.Value], PortsOf(rig));
        Set(rig, 4, new VfSettings());
        rig.Send(1, 2);
        Assert.Equal(5, rig.Sent.Count);
        rig.CheckAccount();
    }

    [Fact]
    public void In_legacy_mode_the_host_has_no_representors_and_no_flows()
    {
        using var rig = Legacy();
        Assert.Contains("legacy", rig.Put(1, 2, To(3)));
        Assert.Contains("legacy", rig.Control(
            new PortConfig(new OdpPort(1), "vf1", DatapathPortKind.Representor, Mac(1), IsUp: true))[^1].Refusal);
        rig.Nic.ReceiveFromHost(new OdpPort(2), Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 1, 2, 1, 2)), 1);
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.NoSuchPort]);
        rig.Send(1, 2);
        Assert.Equal([2u], PortsOf(rig));
        Assert.Equal((0, 0), (rig.Nic.L1.Count, rig.Nic.L2.Count));
        rig.CheckAccount();
    }

    [Fact]
    public void A_change_of_mode_and_back_leaves_nothing_of_the_mode_before()
    {
        using var rig = new NicRig();
        for (uint vf = 1; vf <= 4; vf++) Set(rig, vf, new VfSettings { MaxRateBps = 1_000_000 });
        rig.Put(1, 2, To(2));
        rig.GivesCredit = false;
        for (var i = 0; i < 200; i++) rig.Send(1, 2);
        Assert.True(rig.Nic.QueuedFrames > 0);
        rig.Nic.SetEswitch(EswitchMode.Legacy, rig.NowMs);
        Assert.Equal((0L, 0, 0), (rig.Nic.QueuedFrames, rig.Nic.L1.Count, rig.Nic.L2.Count));
        rig.CheckAccount();
        rig.Nic.SetEswitch(EswitchMode.Switchdev, rig.NowMs);
        Assert.Equal([NicRig.Physical], rig.Nic.Ports.Select(port => port.Number));
        rig.Send(1, 2);
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.NoSuchPort]);
        rig.CheckAccount();
    }

    [Fact]
    public void Whatever_is_done_to_VFs_every_frame_is_accounted_for_and_the_mode_is_as_was_last_said()
    {
        var random = Seeded.Random(5);
        using var rig = new NicRig(new SmartNicOptions { VfQueueFrames = 16, VfWindow = 64 });
        for (uint vf = 1; vf <= 4; vf++) Set(rig, vf, new VfSettings());
        rig.Records = false;
        for (var step = 0; step < 20_000; step++)
        {
            rig.NowMs += random.Next(3);
            var vf = (uint)random.Next(1, 5);
            switch (random.Next(24))
            {
                case 0: rig.Nic.SetEswitch((EswitchMode)random.Next(2), rig.NowMs); break;
                case 1: rig.Nic.DestroyFunction(new OdpPort(vf), rig.NowMs); break;
                case 2: rig.Nic.TrySetLink(random.Next(3) == 0 ? NicRig.Physical : new OdpPort(vf), random.Next(3) > 0); break;
                case 3:
                    rig.Control(new PortConfig(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor, Mac(vf), IsUp: true));
                    break;
                // A NIC that has started over may leave it without an answer.
                case 4: rig.Control(NicRig.Flow(vf, (uint)random.Next(1, 5), To((uint)random.Next(1, 5)))); break;
                case 5: rig.Nic.TrySetPromiscuous(new OdpPort(vf), random.Next(2) == 0); break;
                case 6 or 7: Set(rig, vf, RandomSettings(random)); break;
                case 8:
                    rig.Nic.ReceiveFromWire(NicRig.Physical, Frames.Batch(rig.Pool, ToMac(rig, 77, RandomMac(random))), rig.NowMs);
                    break;
                case 9:
                    rig.Nic.ReceiveFromHost(
                        random.Next(2) == 0 ? NicRig.Physical : new OdpPort(vf), Frames.Batch(rig.Pool, ToMac(rig, 5, RandomMac(random))),
                        rig.NowMs);
                    break;
                case 10: rig.Nic.Reset(); break;
                default:
                    var batch = rig.Pool.RentBatch();
                    var source = random.Next(8) == 0 ? 50 : vf;
                    for (var i = random.Next(1, 20); i > 0; i--) batch.Add(ToMac(rig, source, RandomMac(random)));
                    rig.Nic.ReceiveFromVf(new OdpPort(vf), batch, rig.NowMs);
                    break;
            }

            rig.Nic.Release(rig.NowMs);
            if (random.Next(4) == 0) rig.SettleCredit();
            Assert.True(rig.Nic.Account.Imbalance(rig.Nic.QueuedFrames) == 0, $"step {step}, {Seeded.Note}");
            var shown = rig.Nic.Functions.Where(f => rig.Nic.TryGetPort(f.Number, out var port) && port.Port.IsUp != f.IsUp);
            Assert.True(!shown.Any(), $"step {step}: a port differs from its VF, {Seeded.Note}");
        }

        foreach (var function in rig.Nic.Functions.ToArray()) rig.Nic.DestroyFunction(function.Number, rig.NowMs);
        Assert.Equal((0L, 0), (rig.Nic.QueuedFrames, rig.Pool.Outstanding));
    }

    private static MacAddress RandomMac(Random random) => random.Next(8) switch
    {
        0 => MacAddress.Broadcast,
        1 => NicRig.PhysicalMac,
        2 => Mac(99),
        _ => Mac((uint)random.Next(1, 5)),
    };

    private static VfSettings RandomSettings(Random random) => new()
    {
        IsTrusted = random.Next(2) == 0,
        ChecksSpoof = random.Next(2) == 0,
        Vlan = random.Next(3) switch { 0 => 0, 1 => 10, _ => 20 },
        MaxRateBps = random.Next(2) * 500_000,
        MinRateBps = random.Next(3) == 0 ? 100_000 : 0,
        Link = (VfLinkMode)random.Next(3),
        Mtu = random.Next(3) switch { 0 => 0, 1 => 40, _ => 1500 },
    };
}
