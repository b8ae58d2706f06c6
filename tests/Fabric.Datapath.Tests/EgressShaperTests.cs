using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

public sealed class EgressShaperTests
{
    private readonly FramePool _pool = new(1 << 20);

    [Theory]
    [InlineData(1_000_000, 1500)]
    [InlineData(10_000_000, 200)]
    [InlineData(10_000_000, 1800)]
    [InlineData(400_000_000, 1500)]
    public void A_queue_keeps_to_its_maximum_rate_within_5_percent_Q1(long rateBps, int size)
    {
        var load = new Load(_pool, Settings(0, (5, new QueueSettings { MaxRateBps = rateBps })));
        load.Run(seconds: 4, (5, size, rateBps * 2));
        Assert.InRange(load.Bps(5), rateBps * 0.95, rateBps * 1.05);
        load.CheckAll();
    }

    [Fact]
    public void The_port_keeps_to_its_rate_and_queues_without_guarantees_share_it_Q3()
    {
        var load = new Load(_pool, Settings(8_000_000, (1, new QueueSettings()), (2, new QueueSettings())));
        load.Run(5, (1, 1500, 20_000_000), (2, 700, 20_000_000));
        Assert.InRange(load.Bps(1) + load.Bps(2), 7_600_000, 8_400_000);
        Assert.InRange(load.Bps(1), 3_800_000, 4_200_000);
    }

    [Fact]
    public void A_queue_gets_what_it_is_guaranteed_whatever_the_others_send_Q2()
    {
        var load = new Load(_pool, Settings(10_000_000,
            (0, new QueueSettings { Priority = 1 }), (1, new QueueSettings { MinRateBps = 6_000_000, Priority = 5 })));
        load.Run(5, (0, 1500, 30_000_000), (1, 1500, 30_000_000));
        Assert.InRange(load.Bps(1), 5_700_000, 6_300_000);
        Assert.InRange(load.Bps(0), 3_800_000, 4_200_000);
    }

    [Fact]
    public void The_rest_goes_to_the_smallest_priority_number_first_Q3()
    {
        var load = new Load(_pool, Settings(10_000_000, (1, new QueueSettings { Priority = 1 }), (2, new QueueSettings { Priority = 2 })));
        load.Run(5, (1, 1500, 8_000_000), (2, 1500, 8_000_000));
        Assert.InRange(load.Bps(1), 7_600_000, 8_400_000);
        Assert.InRange(load.Bps(2), 1_600_000, 2_400_000);
    }

    [Fact]
    public void A_trickle_in_one_queue_does_not_starve_another()
    {
        var load = new Load(_pool, Settings(12_000_000, (1, new QueueSettings()), (2, new QueueSettings())));
        load.Run(5, (1, 1500, 12_000_000), (2, 1500, 12_000_000));
        Assert.InRange(load.Bps(2), 5_400_000, 6_600_000);
    }

    [Fact]
    public void A_frame_of_an_unknown_queue_uses_queue_0()
    {
        var shaper = new EgressShaper(Settings(0, (0, new QueueSettings { MaxRateBps = 1_000_000 })), 0);
        Assert.Equal(ShaperVerdict.Pass, shaper.Offer(Frame(9, 1000), 0));
        Assert.Equal((0u, 1L), (Assert.Single(shaper.Queues).Queue, shaper.Queues.Single().TxPackets));
    }

    [Fact]
    public void A_full_queue_refuses_and_counts()
    {
        var shaper = new EgressShaper(Settings(1_000_000), 0, queueLimit: 2);
        var verdicts = Enumerable.Range(0, 40).Select(_ => shaper.Offer(Frame(0, 1500), 0)).ToList();
        Assert.Equal(2, verdicts.Count(v => v == ShaperVerdict.Queue));
        Assert.Equal(2, shaper.QueuedCount);
        var statistics = shaper.Queues.Single();
        Assert.Equal(verdicts.Count(v => v == ShaperVerdict.Drop), statistics.TxErrors);
        Assert.Equal(verdicts.Count(v => v == ShaperVerdict.Pass), statistics.TxPackets);
    }

    [Fact]
    public void The_time_told_for_the_next_release_is_when_a_frame_may_leave()
    {
        var shaper = new EgressShaper(Settings(1_000_000, (3, new QueueSettings { MaxRateBps = 300_000, MinRateBps = 100_000 })), 0);
        for (var i = 0; i < 50; i++) shaper.Offer(Frame(i % 2 == 0 ? 3u : 0u, 1500), 0);
        while (shaper.TryRelease(0, out _)) continue;
        var nowMs = 0L;
        while (shaper.NextReleaseMs is { } nextMs)
        {
            Assert.True(nextMs > nowMs, $"{nextMs} after {nowMs}");
            Assert.False(shaper.TryRelease(nextMs - 1, out _), $"a frame left at {nextMs - 1}, before the time told");
            nowMs = nextMs;
            Assert.True(shaper.TryRelease(nowMs, out _), $"no frame left at {nowMs}");
            while (shaper.TryRelease(nowMs, out _)) continue;
        }

        Assert.Equal(0, shaper.QueuedCount);
    }

    [Fact]
    public void Every_frame_leaves_waits_or_is_refused_and_each_queue_keeps_its_order_Q4()
    {
        var random = Seeds.Random(77);
        for (var round = 0; round < 30; round++)
        {
            var queues = Enumerable.Range(0, random.Next(1, 5)).Select(i => ((uint)i, new QueueSettings
            {
                MinRateBps = random.Next(3) * 500_000, MaxRateBps = random.Next(3) * 2_000_000, Priority = (uint)random.Next(3),
                BurstBits = random.Next(2) * 100_000,
            })).ToArray();
            var shaper = new EgressShaper(Settings(random.Next(4) * 3_000_000, queues), 0, queueLimit: random.Next(1, 40));
            var (sent, offered, dropped) = (new Dictionary<uint, List<uint>>(), 0, 0);
            var nowMs = 0L;
            void Left(Frame frame) => (sent.TryGetValue(frame.Metadata.SkbPriority, out var list)
                ? list : sent[frame.Metadata.SkbPriority] = []).Add(frame.Metadata.SkbMark);
            for (var step = 0; step < 400; step++)
            {
                nowMs += random.Next(4);
                for (var i = random.Next(6); i > 0; i--)
                {
                    var frame = Frame((uint)random.Next(5), random.Next(60, 1800));
                    frame.Metadata.SkbMark = (uint)offered++;
                    var verdict = shaper.Offer(frame, nowMs);
                    if (verdict == ShaperVerdict.Pass) Left(frame);
                    else if (verdict == ShaperVerdict.Drop) dropped++;
                }

                while (random.Next(3) > 0 && shaper.TryRelease(nowMs, out var released)) Left(released);
                Assert.Equal(offered, sent.Values.Sum(l => l.Count) + dropped + shaper.QueuedCount);
            }

            foreach (var list in sent.Values) Assert.Equal(list.Order(), list);
        }
    }

    [Fact]
    public void Policing_lets_in_the_rate_within_5_percent_and_packets_likewise()
    {
        foreach (var (settings, size, expected) in new[]
        {
            (new PolicingSettings(10_000, 100), 1500, 10_000_000.0 / 8 / 1500),
            (new PolicingSettings(1_000, 20), 300, 1_000_000.0 / 8 / 300),
            (new PolicingSettings(0, 0, RateKpps: 2, BurstKpackets: 1), 60, 2_000),
        })
        {
            var policer = new IngressPolicer(settings, 0);
            var admitted = 0;
            for (var ms = 0; ms < 20_000; ms++)
                for (var i = 0; i < 5; i++)
                    if (policer.Admits(size, ms)) admitted++;
            Assert.InRange(admitted / 20.0, expected * 0.95, expected * 1.05);
        }
    }

    private static QosSettings Settings(long maxRateBps, params (uint Number, QueueSettings Settings)[] queues) =>
        new("linux-htb") { MaxRateBps = maxRateBps, Queues = queues.ToDictionary(q => q.Number, q => q.Settings) };

    private Frame Frame(uint queue, int size)
    {
        Assert.True(_pool.TryRent(size, out var frame));
        frame.Metadata.SkbPriority = QosSettings.PriorityOf(queue);
        return frame;
    }

    /// <summary>Offers frames to a shaper at constant rates in steps of a millisecond, and counts what comes out.</summary>
    private sealed class Load(FramePool pool, QosSettings settings)
    {
        private readonly EgressShaper _shaper = new(settings, 0);
        private readonly Dictionary<uint, long> _bytes = [];
        private int _seconds;
        private long _offered;
        private long _dropped;
        private long _left;

        public void Run(int seconds, params (uint Queue, int Size, long Bps)[] loads)
        {
            _seconds = seconds;
            var owed = new double[loads.Length];
            for (var ms = 1; ms <= seconds * 1000; ms++)
            {
                for (var i = 0; i < loads.Length; i++)
                {
                    for (owed[i] += loads[i].Bps / 8000.0; owed[i] >= loads[i].Size; owed[i] -= loads[i].Size)
                        Offer(loads[i].Queue, loads[i].Size, ms);
                }

                while (_shaper.TryRelease(ms, out var frame)) Count(frame);
            }
        }

        public double Bps(uint queue) => _bytes.GetValueOrDefault(queue) * 8.0 / _seconds;

        public void CheckAll()
        {
            Assert.Equal(_offered, _left + _dropped + _shaper.QueuedCount);
            Assert.Equal(_dropped, _shaper.Queues.Sum(q => q.TxErrors));
            Assert.Equal(_left, _shaper.Queues.Sum(q => q.TxPackets));
        }

        private void Offer(uint queue, int size, long ms)
        {
            _offered++;
            Assert.True(pool.TryRent(size, out var frame));
            frame.Metadata.SkbPriority = QosSettings.PriorityOf(queue);
            var verdict = _shaper.Offer(frame, ms);
            if (verdict == ShaperVerdict.Pass) Count(frame);
            if (verdict != ShaperVerdict.Drop) return;
            _dropped++;
            pool.Return(frame);
        }

        private void Count(Frame frame)
        {
            _left++;
            var queue = QosSettings.QueueOf(frame.Metadata.SkbPriority);
            _bytes[queue] = _bytes.GetValueOrDefault(queue) + frame.Length;
            pool.Return(frame);
        }
    }
}
