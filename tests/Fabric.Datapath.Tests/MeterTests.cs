using Fabric.Flow;

namespace Fabric.Datapath.Tests;

/// <summary>Properties M1 to M3 of <see cref="KernelMeters"/>.</summary>
public sealed class MeterTests
{
    private readonly KernelMeters _meters = new();

    private static MeterSettings Packets(params DropBand[] bands) => new(IsPacketRate: true, bands);

    [Fact]
    public void A_band_passes_its_burst_and_then_its_rate_M1()
    {
        Assert.True(_meters.TrySet(1, Packets(new DropBand(2, 5)), 0));
        Assert.Equal(5, Enumerable.Range(0, 9).Count(_ => _meters.Admits(1, 100, 0)));
        Assert.False(_meters.Admits(1, 100, 499));
        Assert.True(_meters.Admits(1, 100, 500));
        Assert.False(_meters.Admits(1, 100, 500));
        // An hour fills the bucket, and no more than that.
        Assert.Equal(5, Enumerable.Range(0, 9).Count(_ => _meters.Admits(1, 100, 3_600_000)));
    }

    [Fact]
    public void Bits_are_counted_by_the_frame()
    {
        _meters.TrySet(1, new MeterSettings(IsPacketRate: false, [new DropBand(8, 8)]), 0);
        // 8 kbit are 1000 bytes.
        Assert.True(_meters.Admits(1, 600, 0));
        Assert.False(_meters.Admits(1, 401, 0));
        Assert.True(_meters.Admits(1, 400, 0));
        Assert.True(_meters.Admits(1, 100, 100));
    }

    [Fact]
    public void The_exceeded_band_with_the_highest_rate_is_charged_M2()
    {
        _meters.TrySet(1, Packets(new DropBand(1, 4), new DropBand(10, 2), new DropBand(5, 100)), 0);
        for (var i = 0; i < 10; i++) _meters.Admits(1, 50, 0);
        Assert.True(_meters.TryGet(1, out var statistics));
        Assert.Equal((10L, 500L), (statistics.Packets, statistics.Bytes));
        Assert.Equal([(0L, 0L), (8L, 400L), (0L, 0L)], statistics.Bands);
    }

    [Fact]
    public void A_meter_that_is_not_there_passes_everything_M3()
    {
        Assert.True(_meters.Admits(7, 1500, 0));
        _meters.TrySet(7, Packets(new DropBand(1, 1)), 0);
        Assert.True(_meters.Admits(7, 1500, 0));
        Assert.False(_meters.Admits(7, 1500, 0));
        // Set anew, it begins anew.
        _meters.TrySet(7, Packets(new DropBand(1, 0)), 0);
        Assert.True(_meters.Admits(7, 1500, 0));
        Assert.True(_meters.Delete(7));
        Assert.False(_meters.Delete(7));
        Assert.False(_meters.TryGet(7, out _));
        Assert.True(_meters.Admits(7, 1500, 0));
    }

    [Fact]
    public void Identifiers_and_bands_have_the_datapaths_bounds()
    {
        Assert.False(_meters.TrySet(MeterSettings.MaxMeters, Packets(), 0));
        Assert.False(_meters.TrySet(1, Packets([.. Enumerable.Repeat(new DropBand(1, 1), 9)]), 0));
        Assert.True(_meters.TrySet(MeterSettings.MaxMeters - 1, Packets([.. Enumerable.Repeat(new DropBand(1, 1), 8)]), 0));
    }

    [Fact]
    public void Random_meters_do_what_a_naive_bucket_does()
    {
        var random = Seeds.Random(34);
        for (var round = 0; round < 200; round++)
        {
            var isPackets = random.Next(2) == 0;
            var rate = (uint)random.Next(1, 50);
            var burst = (uint)random.Next(1, 50);
            _meters.TrySet(1, new MeterSettings(isPackets, [new DropBand(rate, burst)]), 0);
            // Thousandths of a packet, or bits; a number of unlimited size.
            decimal bucket = burst * 1000m;
            var nowMs = 0L;
            for (var i = 0; i < 100; i++)
            {
                var passedMs = random.Next(4) == 0 ? random.Next(100_000) : random.Next(100);
                nowMs += passedMs;
                // OVS counts no pause longer than the whole milliseconds that fill an empty bucket, which may leave a rest to fill.
                bucket = Math.Min(burst * 1000m, bucket + Math.Min(passedMs, burst * 1000 / rate) * rate);
                var size = random.Next(60, 1500);
                var cost = isPackets ? 1000 : size * 8;
                var passes = bucket >= cost;
                if (passes) bucket -= cost;
                Assert.True(passes == _meters.Admits(1, size, nowMs), $"{Seeds.Note} round {round}, frame {i}");
            }
        }
    }
}
