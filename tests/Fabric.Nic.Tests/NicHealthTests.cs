using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

public sealed class NicHealthTests
{
    private static readonly DatapathActions ToPort2 = new(new OutputAction(new OdpPort(2)));

    private static HealthLine Line(SmartNic nic, string subject, long nowMs) => NicHealth.Of(nic, nowMs).Single(l => l.Subject == subject);

    [Fact]
    public void A_nic_that_talks_with_its_host_is_well()
    {
        using var rig = new ServerRig(Seeded.Random(1));
        var lines = NicHealth.Of(rig.Nic, rig.NowMs);
        Assert.Equal(HealthVerdict.Pass, NicHealth.Overall(lines));
        Assert.Contains(lines, line => line.Verdict == HealthVerdict.Skipped);
    }

    [Fact]
    public void Silence_of_the_host_is_a_failure_when_it_has_lasted()
    {
        using var rig = new ServerRig(Seeded.Random(1));
        var heardMs = rig.Nic.HeardHostMs!.Value;
        var limitMs = rig.Nic.Options.Pcie.SilentMs;
        const string subject = "control message channel responsive";
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, subject, heardMs + limitMs).Verdict);
        Assert.Equal(HealthVerdict.Fail, Line(rig.Nic, subject, heardMs + limitMs + 1).Verdict);
    }

    [Fact]
    public void Pools_warn_before_they_fail()
    {
        using var rig = new ServerRig(Seeded.Random(1), new SmartNicOptions { RuleLimit = 10 });
        for (var flows = 1; flows <= 10; flows++)
        {
            rig.Put(new Ufid(0, (ulong)flows), Keys.Udp(1, (uint)flows, 1, 1, 1), FlowMask.Exact, ToPort2);
            rig.Run(50);
            var expected = flows < 9 ? HealthVerdict.Pass : flows < 10 ? HealthVerdict.Warn : HealthVerdict.Fail;
            Assert.Equal((flows, expected), (rig.Nic.L2.Count, Line(rig.Nic, "rules", rig.NowMs).Verdict));
        }

        Assert.Equal(HealthVerdict.Fail, NicHealth.Overall(NicHealth.Of(rig.Nic, rig.NowMs)));
    }

    [Theory]
    [InlineData("masks", 3, 1 << 20)]
    [InlineData("statistics contexts", 256, 5)]
    public void Masks_and_statistics_contexts_fail_when_all_are_in_use(string subject, int masks, int contexts)
    {
        using var rig = new ServerRig(Seeded.Random(2), new SmartNicOptions { MaskLimit = masks, StatisticsContextLimit = contexts });
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, subject, rig.NowMs).Verdict);
        for (var flows = 1; flows <= 5; flows++)
        {
            var mask = default(FlowMask);
            mask.Bits.Sections = FlowSections.Base;
            (mask.Bits.NwDestination, mask.Bits.NwProto) = (new Ipv4Address(uint.MaxValue), (byte)flows);
            rig.Put(new Ufid(0, (ulong)flows), Keys.Udp(1, 1, (uint)flows, 1, 1), mask, ToPort2);
        }

        rig.Run(50);
        Assert.Equal(HealthVerdict.Fail, Line(rig.Nic, subject, rig.NowMs).Verdict);
        foreach (var flow in rig.Kernel.Flows.ToArray()) rig.Kernel.FlowDelete(flow.Ufid);
        rig.Run(50);
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, subject, rig.NowMs).Verdict);
    }

    [Fact]
    public void Room_that_ended_connections_made_is_told_from_other_evictions()
    {
        using var rig = new ServerRig(
            Seeded.Random(1), new SmartNicOptions { ExactMatch = new ExactMatchOptions { Capacity = 2 } });
        var (l1, slot) = (rig.Nic.L1, rig.Nic.L2.Slots.Allocate());
        foreach (var flags in (TcpFlags[])[TcpFlags.Ack, TcpFlags.Ack | TcpFlags.Urg, TcpFlags.Fin, TcpFlags.Psh])
        {
            var key = Keys.Tcp(0, flags);
            l1.Bind(l1.AddPending(ref key, l1.Hash(ref key), rig.NowMs), slot, 60, rig.NowMs);
        }

        Assert.Equal(
            "2 of 2 used, 2 evicted (2 of ended connections), 0 refused", Line(rig.Nic, "exact match entries", rig.NowMs).Detail);
        l1.Evict(1);
        Assert.Contains("3 evicted (2 of ended connections)", Line(rig.Nic, "exact match entries", rig.NowMs).Detail);
    }

    [Fact]
    public void A_firmware_that_stops_fails_its_cores_and_its_channel_and_diverts()
    {
        using var rig = new ServerRig(Seeded.Random(3));
        rig.Nic.IsHung = true;
        Assert.Equal(
            (HealthVerdict.Fail, HealthVerdict.Fail, HealthVerdict.Warn),
            (Line(rig.Nic, "flow processing cores responsive", rig.NowMs).Verdict,
                Line(rig.Nic, "control message channel responsive", rig.NowMs).Verdict,
                Line(rig.Nic, "fallback traffic divert disabled", rig.NowMs).Verdict));
        rig.Nic.IsHung = false;
        rig.Run(1_000);
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, "flow processing cores responsive", rig.NowMs).Verdict);
    }

    [Fact]
    public void Full_queues_and_a_full_ring_and_a_link_that_is_down_fail()
    {
        var options = new SmartNicOptions { VfQueueFrames = 8, VfWindow = 4, Pcie = new PcieOptions { RingFrames = 16 } };
        using var rig = new NicRig(options) { GivesCredit = false };
        foreach (uint vf in (uint[])[1, 2, 3, 4]) rig.Put(vf, 9, new OutputAction(new OdpPort(vf)));
        // 5 is unknown to the card, and nobody takes what it gives to the host.
        for (var i = 0; i < 40; i++) rig.Send(1, 5);
        Assert.Equal(HealthVerdict.Fail, Line(rig.Nic, "PCIe ring to the host", rig.NowMs).Verdict);
        foreach (uint vf in (uint[])[1, 2, 3, 4])
            for (var i = 0; i < 20; i++) rig.Send(vf, 9);
        Assert.Equal(HealthVerdict.Fail, Line(rig.Nic, "ingress backed up", rig.NowMs).Verdict);
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, "link of phy0", rig.NowMs).Verdict);
        rig.Nic.TrySetLink(NicRig.Physical, false);
        Assert.Equal(HealthVerdict.Fail, Line(rig.Nic, "link of phy0", rig.NowMs).Verdict);
    }

    [Fact]
    public void Messages_that_had_to_be_sent_again_are_worth_a_warning()
    {
        using var rig = new ServerRig(Seeded.Random(4));
        Assert.Equal(HealthVerdict.Pass, Line(rig.Nic, "PCIe link", rig.NowMs).Verdict);
        rig.Fault = 0.3;
        for (var flows = 1; flows <= 50; flows++)
            rig.Put(new Ufid(0, (ulong)flows), Keys.Udp(1, (uint)flows, 1, 1, 1), FlowMask.Exact, ToPort2);
        rig.Run(500);
        Assert.Equal(HealthVerdict.Warn, Line(rig.Nic, "PCIe link", rig.NowMs).Verdict);
    }

    [Fact]
    public void A_reset_is_remembered()
    {
        using var rig = new ServerRig(Seeded.Random(1));
        rig.Nic.Reset();
        Assert.Equal(HealthVerdict.Warn, Line(rig.Nic, "firmware loaded", rig.NowMs).Verdict);
    }
}
