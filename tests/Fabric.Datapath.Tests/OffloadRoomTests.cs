using Fabric.Flow;

namespace Fabric.Datapath.Tests;

/// <summary>Property D10 of <see cref="KernelDatapath"/>, with properties W1 to W4 of what it keeps waiting flows in.</summary>
public sealed class OffloadRoomTests
{
    private const string Full = "the NIC holds its limit of 0 rules";

    private static Ufid Of(uint number) => new(1, number);

    private static KernelFixture Refused(uint count, OffloadShortage shortage = OffloadShortage.Rules)
    {
        var fixture = new KernelFixture();
        for (uint number = 1; number <= count; number++)
        {
            fixture.PutTo(Of(number), number, KernelFixture.To(2), number);
            fixture.Kernel.OffloadResult(Of(number), false, Full, shortage: shortage);
        }

        fixture.Messages.Clear();
        return fixture;
    }

    /// <summary>Time passes in steps; the NIC answers offers at once.</summary>
    private static List<(long Ms, Ufid Ufid)> Run(KernelFixture fixture, long fromMs, long untilMs, Func<bool> hasRoom, int max = 1_024)
    {
        var offers = new List<(long Ms, Ufid Ufid)>();
        for (var nowMs = fromMs; nowMs <= untilMs; nowMs += 10)
        {
            while (fixture.Kernel.OfferWaiting(max, nowMs) > 0)
            {
                foreach (var (_, ufid) in fixture.Messages.ToArray())
                {
                    offers.Add((nowMs, ufid));
                    if (hasRoom()) fixture.Kernel.OffloadResult(ufid, true, null);
                    else fixture.Kernel.OffloadResult(ufid, false, Full, shortage: OffloadShortage.Rules);
                }

                fixture.Messages.Clear();
            }
        }

        return offers;
    }

    [Fact]
    public void A_NIC_that_stays_full_is_asked_about_one_flow_a_second()
    {
        var fixture = Refused(500);
        var offers = Run(fixture, 1_000, 61_000, () => false);
        Assert.InRange(offers.Count, 50, 61);
        Assert.Equal((500, offers.Count, 0L), (fixture.Kernel.Room.Waiting, (int)fixture.Kernel.Room.Offered, fixture.Kernel.Room.Taken));
        Assert.All(fixture.Kernel.Flows, flow => Assert.Equal(Full, flow.NotOffloadedBecause));
    }

    [Fact]
    public void A_flow_refused_again_waits_twice_as_long_each_time()
    {
        var offers = Run(Refused(1), 1_000, 130_000, () => false).Select(offer => offer.Ms).ToList();
        var waits = offers.Zip(offers.Skip(1), (a, b) => b - a).ToList();
        Assert.True(waits.Count >= 7, $"{waits.Count} waits");
        for (var i = 0; i < waits.Count; i++)
        {
            var least = Math.Min(1_000L << i, 30_000);
            Assert.InRange(waits[i], least, least + 1_000);
        }
    }

    [Fact]
    public void Once_there_is_room_every_flow_is_offered_and_a_sweep_offers_at_most_its_share()
    {
        var fixture = Refused(3_000);
        var offers = Run(fixture, 4_000, 10_000, () => true);
        Assert.Equal(3_000, offers.DistinctBy(offer => offer.Ufid).Count());
        Assert.Equal((0, 3_000L, 3_000L), (fixture.Kernel.Room.Waiting, fixture.Kernel.Room.Offered, fixture.Kernel.Room.Taken));
        Assert.All(fixture.Kernel.Flows, flow => Assert.Null(flow.NotOffloadedBecause));
        Assert.All(offers.GroupBy(offer => offer.Ms / 250), sweep => Assert.InRange(sweep.Count(), 1, 2 * 1_024));
        Assert.InRange(offers[^1].Ms, 4_500, 6_500);
    }

    [Fact]
    public void No_more_are_offered_at_once_than_the_caller_allows()
    {
        var fixture = Refused(100);
        for (uint number = 1; number <= 50; number++) Leave(fixture, number);
        Assert.Equal(7, fixture.Kernel.OfferWaiting(7, 2_000));
        Assert.Equal(7, fixture.Messages.Count(message => message.What == "put"));
    }

    [Fact]
    public void As_many_as_have_left_are_offered_at_once_the_busiest_first()
    {
        var fixture = Refused(50);
        for (uint number = 1; number <= 50; number++)
            Report(fixture, number, number is 20 or 30 or 40 ? number * 10 : 1);
        for (uint number = 1; number <= 3; number++) Leave(fixture, number);
        fixture.Messages.Clear();
        Assert.Equal(3, fixture.Kernel.OfferWaiting(100, 3_000));
        Assert.Equal([Of(40), Of(30), Of(20)], fixture.Messages.Select(message => message.Ufid));
        // Of equals the oldest; and what has been refused waits.
        foreach (var (_, ufid) in fixture.Messages.ToArray())
            fixture.Kernel.OffloadResult(ufid, false, Full, shortage: OffloadShortage.Rules);
        fixture.Messages.Clear();
        Assert.Equal(1, fixture.Kernel.OfferWaiting(100, 4_000));
        Assert.Equal(Of(4), Assert.Single(fixture.Messages).Ufid);
    }

    [Fact]
    public void A_shortage_of_one_kind_does_not_hold_up_flows_that_wait_for_another()
    {
        var fixture = Refused(40, OffloadShortage.Masks);
        fixture.Put(Of(99), 3, KernelFixture.To(2), 50);
        fixture.Kernel.OffloadResult(Of(99), false, Full, shortage: OffloadShortage.Rules);
        fixture.Messages.Clear();
        fixture.Kernel.OfferWaiting(100, 2_000);
        Assert.Contains(("put", Of(99)), fixture.Messages);
        Assert.Equal(2, fixture.Messages.Count);
    }

    [Fact]
    public void What_the_NIC_refuses_for_what_it_is_does_not_wait_and_what_goes_waits_no_more()
    {
        var fixture = Refused(2);
        fixture.Put(Of(99), 3, KernelFixture.To(9), 50);
        fixture.Kernel.OffloadResult(Of(99), false, "output to port 9, which the NIC does not have");
        Assert.Equal(2, fixture.Kernel.Room.Waiting);
        fixture.Kernel.FlowDelete(Of(1));
        Assert.Equal(1, fixture.Kernel.Room.Waiting);
        fixture.Kernel.FlowModify(Of(2), KernelFixture.To(3));
        fixture.Kernel.OffloadResult(Of(2), false, "no such action");
        Assert.Equal(0, fixture.Kernel.Room.Waiting);
        Assert.Empty(Run(fixture, 5_000, 40_000, () => true));
    }

    [Fact]
    public void A_reset_of_the_NIC_ends_all_waiting()
    {
        var fixture = Refused(10);
        fixture.Kernel.OffloadReset();
        Assert.Equal(0, fixture.Kernel.Room.Waiting);
        Assert.Equal(10, fixture.Kernel.ReofferAll(100));
    }

    private static void Report(KernelFixture fixture, uint number, long packets)
    {
        // Counted elsewhere, but counted: the rate is of all the flow's packets.
        fixture.Kernel.ApplyOffloadStatistics([new OffloadStatistics(Of(number), packets, packets * 100, 2_000, 0)]);
    }

    /// <summary>A flow of the NIC ends.</summary>
    private static void Leave(KernelFixture fixture, uint number)
    {
        fixture.Kernel.FlowDelete(Of(number));
        fixture.Kernel.OffloadDeleted(Of(number), new OffloadStatistics(Of(number), 0, 0, -1, 0));
    }
}
