using Fabric.Wire;

namespace Fabric.Guest.Tests;

public class TrafficTests
{
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("FABRIC_SEED") ?? "4711");

    private static TrafficOptions To(GuestStack guest, bool isV4 = true) => new()
    {
        Destination = isV4 ? Lan.V4(guest) : Lan.V6(guest),
        FlowCount = 10,
        PacketsPerSecond = 100_000,
        Count = 2000,
        RunId = 77,
    };

    [Theory]
    [InlineData(true, 18, 10)]
    [InlineData(true, 1472, 10)]
    [InlineData(false, 18, 10)]
    [InlineData(false, 1452, 10)]
    [InlineData(true, 64, 70_000)]
    public void Everything_sent_over_a_quiet_wire_arrives_good_and_in_order(bool isV4, int size, int flows)
    {
        var lan = new Lan { Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var options = To(b, isV4) with { PayloadSize = size, FlowCount = flows, Count = Math.Max(2000, flows), PacketsPerSecond = 500_000 };
        var checker = b.StartChecker(options)!;
        a.Ping(options.Destination, new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(1000);
        var generator = a.StartTraffic(options, lan.NowUs)!;
        lan.Run(options.Count * 2 + 1000, 200);
        Assert.Equal((options.Count, 0L, 0L), (generator.Sent, generator.Skipped, generator.Failed));
        Assert.Equal(options.Count, checker.Good);
        Assert.Equal(0, checker.Missing + checker.Duplicated + checker.Reordered + checker.Late + checker.Corrupted + checker.Misdelivered);
        Assert.True(generator.IsDone);
    }

    [Fact]
    public void The_rate_is_kept_and_a_late_tick_is_not_made_up_beyond_the_burst()
    {
        var lan = new Lan { LatencyUs = 0, Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var generator = a.StartTraffic(To(b) with { Count = 0, PacketsPerSecond = 2500, MaxBurst = 50 }, lan.NowUs)!;
        lan.Run(1_000_000);
        Assert.Equal(2500, generator.Sent);
        lan.Run(1_000_000, 1_000_000);
        Assert.Equal((2550, 2450), (generator.Sent, generator.Skipped));
    }

    [Fact]
    public void Without_a_rate_it_sends_what_it_is_asked_for_alone_whatever_time_passes()
    {
        var lan = new Lan { LatencyUs = 0, Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var first = a.StartTraffic(To(b) with { Count = 0, PacketsPerSecond = 0 }, lan.NowUs)!;
        Assert.Equal(20, first.Emit(20, lan.NowUs));
        lan.Run(1_000_000, 500_000);
        Assert.Equal((20, 0, 0), (first.Sent, first.Skipped, first.Failed));
        Assert.Equal(5, first.Emit(5, lan.NowUs));
        first.Stop();
        var second = a.StartTraffic(To(b) with { PacketsPerSecond = 0 }, lan.NowUs)!;
        Assert.Equal((2_000, 0), (second.Emit(5_000, lan.NowUs), second.Emit(1, lan.NowUs)));
        Assert.Equal(25, first.Sent);
    }

    [Fact]
    public void The_checker_agrees_with_a_naive_twin_about_loss_duplication_reordering_and_corruption()
    {
        var random = new Random(Seed);
        var lan = new Lan { Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var options = To(b) with { FlowCount = 7 };
        var checker = b.StartChecker(options)!;
        a.Ping(options.Destination, new PingOptions { Count = 1 }, lan.NowUs);
        lan.Run(1000);
        lan.Filter = _ => false;
        var frames = new List<byte[]>();
        var generator = a.StartTraffic(options, lan.NowUs)!;
        lan.Records = true;
        lan.Seen.Clear();
        lan.Run(30_000);
        frames.AddRange(lan.Seen);
        Assert.Equal(2000, frames.Count);

        // Shuffle within 40, lose 10 %, double 10 %, damage 5 % behind a right checksum-less header.
        var schedule = frames.SelectMany((f, i) => Enumerable.Repeat(f, random.NextDouble() < 0.1 ? 0 : random.NextDouble() < 0.1 ? 2 : 1)
            .Select(x => (Frame: x, At: i + random.Next(40)))).OrderBy(x => x.At).Select(x => x.Frame).ToList();
        var seen = new HashSet<(uint, uint)>();
        var highest = new Dictionary<uint, uint>();
        long good = 0, duplicated = 0, reordered = 0, corrupted = 0;
        foreach (var original in schedule)
        {
            var bytes = original.ToArray();
            var (flow, sequence) = (Read(bytes, 42 + 10), Read(bytes, 42 + 14));
            if (random.NextDouble() < 0.05)
            {
                bytes[42 + 10] = 0x7f;
                bytes[40] = bytes[41] = 0;
                corrupted++;
            }
            else if (!seen.Add((flow, sequence)))
            {
                duplicated++;
            }
            else
            {
                good++;
                if (highest.TryGetValue(flow, out var h) && sequence < h) reordered++;
                highest[flow] = Math.Max(sequence, highest.GetValueOrDefault(flow));
            }

            Deliver(lan, b, bytes);
        }

        var text = $"FABRIC_SEED={Seed}";
        Assert.True((good, duplicated, reordered, corrupted) == (checker.Good, checker.Duplicated, checker.Reordered, checker.Corrupted),
            $"{text}: {(good, duplicated, reordered, corrupted)} != " +
            $"{(checker.Good, checker.Duplicated, checker.Reordered, checker.Corrupted)}");
        Assert.Equal(generator.Sent - good, checker.LostOf(generator.Sent));
        Assert.Equal(schedule.Count, checker.Received);
    }

    [Fact]
    public void Another_run_and_another_overlay_are_misdelivered_G5()
    {
        var lan = new Lan();
        var (a, b, c) = (lan.Add(1), lan.Add(2), lan.Add(3, "green"));
        var checker = b.StartChecker(To(b))!;
        a.StartTraffic(To(b) with { RunId = 78, Count = 5 }, lan.NowUs);
        c.StartTraffic(To(b) with { Count = 3 }, lan.NowUs);
        lan.Run(10_000);
        Assert.Equal((8L, 0L), (checker.Misdelivered, checker.Good));
        Assert.Equal(8, b.Counters.Misdelivered);
        Assert.Null(b.StartChecker(To(b)));
        b.StopChecker(checker);
        Assert.NotNull(b.StartChecker(To(b)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Traffic_echo_and_checker_allocate_nothing_per_frame_G6(bool isV4)
    {
        var lan = new Lan { Records = false };
        var (a, b) = (lan.Add(1), lan.Add(2));
        var options = To(b, isV4) with { Count = 0, MaxBurst = 100 };
        var checker = b.StartChecker(options)!;
        var generator = a.StartTraffic(options, lan.NowUs)!;
        var socket = a.BindUdp(6000, checker)!;
        var ping = a.Ping(options.Destination, new PingOptions { Count = 10_000, IntervalMs = 1000 }, lan.NowUs);
        var payload = new byte[100];

        void Round()
        {
            for (var i = 0; i < 10; i++)
            {
                generator.Emit(50, lan.NowUs);
                socket.TrySend(options.Destination, 7, payload);
                a.Tick(lan.NowUs + ping.Sent * 1_000_000L);
                for (var pass = 0; pass < 2; pass++)
                {
                    while (a.TryTakeOutput(out var batch)) b.Receive(batch, lan.NowUs);
                    while (b.TryTakeOutput(out var batch)) a.Receive(batch, lan.NowUs);
                }
            }
        }

        for (var i = 0; i < 20; i++) Round();
        var (sent, good, replies) = (generator.Sent, checker.Good, b.Counters.EchoRequests);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Round();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(generator.Sent - sent >= 200 * 50);
        Assert.Equal(generator.Sent - sent, checker.Good - good);
        Assert.Equal(200, b.Counters.EchoRequests - replies);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Random_bytes_are_judged_without_exception_and_the_account_stays_exact_G2()
    {
        var random = new Random(Seed);
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        a.Ping(Lan.V4(b), new PingOptions { Count = 1, PayloadSize = 3000 }, lan.NowUs);
        a.Ping(Lan.V6(b), new PingOptions { Count = 1, PayloadSize = 3000 }, lan.NowUs);
        lan.Run(2000);
        var samples = lan.Seen.ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = samples[random.Next(samples.Length)].ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(12, Math.Min(bytes.Length, 90))] = (byte)random.Next(256);
            Deliver(lan, b, random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            Assert.True(b.Account.Imbalance(b.QueuedFrames) == 0, $"FABRIC_SEED={Seed}, frame {i}");
            while (b.TryTakeOutput(out var batch)) lan.Pool.ReturnWithFrames(batch);
        }

        b.Stop();
        Assert.Equal(0, b.QueuedFrames);
        Assert.Equal(0, lan.Pool.Outstanding);
    }

    private static uint Read(byte[] bytes, int at) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    private static void Deliver(Lan lan, GuestStack guest, byte[] bytes)
    {
        var batch = lan.Pool.RentBatch();
        Assert.True(lan.Pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        batch.Add(frame);
        guest.Receive(batch, lan.NowUs);
    }
}
