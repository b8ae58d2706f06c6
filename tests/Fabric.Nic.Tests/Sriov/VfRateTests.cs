using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Least and greatest rates of VFs (properties V1 to V3 of <see cref="VfRates"/>).</summary>
public sealed class VfRateTests
{
    private const int Mbit = 1_000_000;

    private static OutputAction To(uint port) => new(new OdpPort(port));

    private static NicRig Rig(long portBps, params (long Min, long Max)[] rates)
    {
        var rig = new NicRig(new SmartNicOptions { PortRateBps = portBps }) { NowMs = 1_000 };
        for (uint vf = 1; vf <= 4; vf++)
        {
            var (min, max) = vf <= rates.Length ? rates[vf - 1] : default;
            var settings = new VfSettings { Mac = new MacAddress(0x0200_0000_0000UL | vf), MinRateBps = min, MaxRateBps = max };
            Assert.True(rig.Nic.TrySetFunction(new OdpPort(vf), $"vf{vf}", settings, rig.NowMs, out var error), error);
            rig.Put(vf, 4, To(4));
        }

        return rig;
    }

    /// <summary>Every VF sends as fast as it can for a second; frames delivered of each.</summary>
    private static long[] Saturate(NicRig rig, params uint[] vfs)
    {
        var number = 0;
        rig.Sent.Clear();
        for (var ms = 0; ms < 1_000; ms++)
        {
            rig.NowMs++;
            rig.Nic.Release(rig.NowMs);
            rig.Control();
            foreach (var vf in vfs)
                for (var i = 0; i < 8; i++) rig.Send(vf, 4, number++, (ushort)vf);
            rig.SettleCredit();
        }

        rig.CheckAccount();
        return [.. vfs.Select(vf => rig.Sent.LongCount(sent => sent.Bytes[35] == vf))];
    }

    [Fact]
    public void A_VF_sends_at_most_its_greatest_rate_and_its_burst()
    {
        using var rig = Rig(25_000L * Mbit, (0, 1 * Mbit));
        var sent = Saturate(rig, 1)[0] * Frames.Size * 8;
        Assert.InRange(sent, 1 * Mbit, 1 * Mbit + VfRate.Burst(1 * Mbit) + Frames.Size * 8);
        Assert.True(rig.Nic.TryGetFunction(new OdpPort(1), out var function));
        Assert.Equal(VfRate.QueueFrames, function.WaitingCount);
        Assert.True(function.Drops[DropReason.VfRateExceeded] > 0);
    }

    [Fact]
    public void A_VF_without_rates_is_not_held_up_by_the_greatest_rate_of_another()
    {
        using var rig = Rig(25_000L * Mbit, (0, 1 * Mbit));
        Assert.Equal(8_000, Saturate(rig, 1, 2)[1]);
    }

    [Fact]
    public void Frames_that_waited_leave_in_order_and_on_time()
    {
        using var rig = Rig(25_000L * Mbit, (0, 1 * Mbit));
        for (var i = 0; i < 300; i++) rig.Send(1, 4, i);
        var turns = 0;
        while (rig.Nic.NextReleaseMs is { } due)
        {
            Assert.True(due > rig.NowMs && ++turns < 1_000);
            rig.NowMs = due;
            rig.Nic.Release(due);
            rig.SettleCredit();
        }

        Assert.Equal(Enumerable.Range(0, 300), rig.Sent.Select(sent => Frames.NumberOf(sent.Bytes)));
        Assert.Equal(0, rig.Nic.QueuedFrames);
    }

    [Fact]
    public void A_VF_gets_its_least_rate_when_others_want_the_whole_port()
    {
        using var rig = Rig(3 * Mbit, (2 * Mbit, 0), (0, 0), (0, 0));
        var sent = Saturate(rig, 1, 2, 3).Select(frames => frames * Frames.Size * 8).ToArray();
        Assert.True(sent[0] >= 2 * Mbit, $"{sent[0]} bit");
        Assert.InRange(sent.Sum(), 3 * Mbit, 3 * Mbit + 2 * VfRate.Burst(3 * Mbit) + VfRate.Burst(2 * Mbit));
        // What is left is shared by all three.
        Assert.InRange(sent[1], sent[2] * 8 / 10, sent[2] * 12 / 10);
        Assert.True(sent[1] > 0);
    }

    [Fact]
    public void A_link_that_goes_drops_what_waits_and_a_rate_that_goes_lets_it_pass()
    {
        using var rig = Rig(25_000L * Mbit, (0, 1 * Mbit), (0, 1 * Mbit));
        for (var i = 0; i < 200; i++)
        {
            rig.Send(1, 4, i);
            rig.Send(2, 4, i);
        }

        var waiting = rig.Nic.QueuedFrames;
        Assert.True(waiting > 0);
        rig.Nic.TrySetLink(new OdpPort(1), false);
        Assert.True(rig.Nic.TryGetFunction(new OdpPort(1), out var first));
        Assert.True(rig.Nic.TryGetFunction(new OdpPort(2), out var second));
        Assert.Equal((0, waiting), (first.WaitingCount, first.Drops[DropReason.PortDown] + second.WaitingCount));
        rig.Sent.Clear();
        var released = second.WaitingCount;
        Assert.True(rig.Nic.TrySetFunction(new OdpPort(2), "vf2", second.Settings with { MaxRateBps = 0 }, rig.NowMs, out _));
        Assert.Equal((released, 0L), (rig.Sent.Count, rig.Nic.QueuedFrames));
        rig.CheckAccount();
    }
}
