using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Batches of frames as the tracker reads them: of every length, of plain keys and others in any order.</summary>
public sealed class FrameReadingTests : IDisposable
{
    private static readonly OdpPort Arrival = new(1);
    private readonly FramePool _pool = new(256);
    private readonly TrackedKeys _keys = new();
    private readonly Random _random = Seeded.Random();
    private readonly RandomTraffic _traffic;
    private readonly ExactMatchFlowTracker _tracker = new(
        new ExactMatchOptions { Capacity = 4_000, PendingLimit = 4_000 }, new PolicySlots(), new LruEviction(), 7);

    public FrameReadingTests() => _traffic = new RandomTraffic(_random, 300);

    [Fact]
    public void A_batch_of_frames_finds_what_their_keys_find_alone()
    {
        Learn(null);
        var (found, missed) = (0, 0);
        for (var round = 0; round < 10; round++)
        {
            for (var count = 0; count <= FrameBatch.Capacity; count++)
            {
                var frames = Batch(count, frame => SetMetadata(frame));
                _tracker.Read(_keys, frames);
                Compare(frames, ref found, ref missed);
            }
        }

        Assert.True(found > 2_000 && missed > 2_000, $"both are common: {found} and {missed}, {Seeded.Note}");
    }

    [Fact]
    public void Frames_that_have_just_come_in_keep_nothing_of_their_metadata()
    {
        Learn(Arrival);
        var (found, missed) = (0, 0);
        for (var count = 0; count <= FrameBatch.Capacity; count++)
        {
            var frames = Batch(count, LeaveMetadata);
            _tracker.Read(_keys, frames, Arrival);
            Assert.All(frames, frame => Assert.Equal((Arrival.Value, 0u, false, Tier.L1),
                (frame.Metadata.InPort, frame.Metadata.SkbMark, frame.Metadata.Tunnel.IsPresent, frame.Tier)));
            Compare(frames, ref found, ref missed);
        }

        Assert.True(found > 200 && missed > 200, $"both are common: {found} and {missed}, {Seeded.Note}");
    }

    public void Dispose()
    {
        _keys.Dispose();
        _tracker.Dispose();
    }

    /// <summary>
    /// Entries for two of three microflows, as they look by <paramref name="port"/>, or by any and out of a tunnel or not.
    /// </summary>
    private void Learn(OdpPort? port)
    {
        for (var microflow = 0; microflow < _traffic.Count; microflow++)
        {
            if (microflow % 3 == 0) continue;
            var frame = _traffic.Make(_pool, microflow, 0);
            if (port is { } known) frame.Metadata.Reset(known.Value);
            else SetMetadata(frame);
            FlowKey key = default;
            FlowExtractor.Extract(frame, ref key);
            var hash = _tracker.Hash(ref key);
            if (_tracker.Find(ref key, hash) < 0) Assert.True(_tracker.AddPending(ref key, hash, 0) >= 0);
            _pool.Return(frame);
        }
    }

    private Frame[] Batch(int count, Action<Frame> prepare)
    {
        var frames = new Frame[count];
        for (var i = 0; i < count; i++) prepare(frames[i] = _traffic.Make(_pool, _random.Next(_traffic.Count), 0));
        return frames;
    }

    /// <summary>What a frame of these bytes always has: its length decides, so that the same frame has the same key again.</summary>
    private static void SetMetadata(Frame frame)
    {
        frame.Metadata.Reset(1 + (uint)frame.Length % 3);
        if (frame.Length % 5 != 0) return;
        frame.Metadata.Tunnel = NicRig.Outer();
        frame.Metadata.Tunnel.IsPresent = true;
    }

    private static void LeaveMetadata(Frame frame)
    {
        SetMetadata(frame);
        (frame.Metadata.RecircId, frame.Metadata.SkbMark, frame.Metadata.DpHash, frame.Tier) = (7, 8, 9, Tier.L2);
    }

    /// <summary>Property L1.6, and gives the frames back.</summary>
    private void Compare(Frame[] frames, ref int found, ref int missed)
    {
        Assert.Equal(frames.Length, _keys.Count);
        for (var i = 0; i < frames.Length; i++)
        {
            FlowKey key = default;
            FlowExtractor.Extract(frames[i], ref key);
            var expected = _tracker.Find(ref key, _tracker.Hash(ref key));
            Assert.True(expected == _tracker.Find(_keys, i), $"L1.6, frame {i} of {frames.Length}, {Seeded.Note}");
            if (expected < 0) missed++;
            else found++;
            _pool.Return(frames[i]);
        }
    }
}
