namespace Fabric.Wire.Tests;

public class FrameTests
{
    private readonly FramePool _pool = new(4, 512);

    [Fact]
    public void Headers_are_pushed_and_pulled_without_moving_the_payload()
    {
        var frame = Rented([1, 2, 3, 4]);
        Assert.True(frame.TryPush(2, out var header));
        header[0] = 9;
        header[1] = 8;
        Assert.Equal([9, 8, 1, 2, 3, 4], frame.Bytes.ToArray());
        Assert.Equal(Frame.HeadRoom - 2, frame.Offset);
        frame.Pull(3);
        Assert.Equal([2, 3, 4], frame.Bytes.ToArray());
        Assert.True(frame.TryExtend(1, out var tail));
        tail[0] = 5;
        frame.Truncate(10);
        Assert.Equal([2, 3, 4, 5], frame.Bytes.ToArray());
        frame.Truncate(1);
        Assert.Equal([2], frame.Bytes.ToArray());
        Assert.Throws<InvariantException>(() => frame.Pull(2));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        var frame = Rented([1, 2, 3]);
        Assert.False(frame.TryPush(Frame.HeadRoom + 1, out _));
        Assert.False(frame.TryExtend(512 - Frame.HeadRoom - 2, out _));
        Assert.False(frame.TryPush(-1, out _));
        Assert.False(frame.TryMakeHeadRoom(510));
        Assert.Equal([1, 2, 3], frame.Bytes.ToArray());
        Assert.Equal(Frame.HeadRoom, frame.Offset);
    }

    [Fact]
    public void Head_room_is_made_by_moving_the_bytes()
    {
        var frame = Rented([1, 2, 3]);
        Assert.True(frame.TryMakeHeadRoom(509));
        Assert.Equal([1, 2, 3], frame.Bytes.ToArray());
        Assert.True(frame.TryPush(509, out _));
        Assert.Equal(0, frame.TailRoom);
    }

    [Fact]
    public void A_rented_frame_remembers_nothing()
    {
        var frame = Rented([1]);
        frame.TraceId = 5;
        frame.Tier = Tier.L3;
        frame.Metadata.RecircId = 6;
        frame.Metadata.SkbMark = 7;
        frame.Metadata.Tunnel.IsPresent = true;
        _pool.Return(frame);
        Assert.True(_pool.TryRent(3, out var again));
        Assert.Same(frame, again);
        Assert.Equal((0u, Tier.None, 0u, 0u, false, 3),
            (again.TraceId, again.Tier, again.Metadata.RecircId, again.Metadata.SkbMark, again.Metadata.Tunnel.IsPresent, again.Length));
    }

    [Fact]
    public void A_copy_has_bytes_head_room_metadata_and_mark()
    {
        var frame = Rented([1, 2, 3]);
        frame.Pull(1);
        frame.TraceId = 5;
        frame.Metadata.InPort = 9;
        Assert.True(_pool.TryCopy(frame, out var copy));
        Assert.Equal([2, 3], copy.Bytes.ToArray());
        Assert.Equal((frame.Offset, 5u, 9u), (copy.Offset, copy.TraceId, copy.Metadata.InPort));
        copy.Bytes[0] = 7;
        Assert.Equal(2, frame.Bytes[0]);
    }

    [Fact]
    public void The_pool_is_bounded_and_counts_what_is_out()
    {
        var frames = Enumerable.Range(0, 4).Select(_ => Rented([])).ToList();
        Assert.False(_pool.TryRent(0, out _));
        Assert.False(_pool.TryCopy(frames[0], out _));
        Assert.Equal(4, _pool.Outstanding);
        foreach (var frame in frames) _pool.Return(frame);
        Assert.Equal(0, _pool.Outstanding);
        Assert.False(_pool.TryRent(_pool.MaxFrameSize + 1, out _));
    }

    [Fact]
    public void A_frame_is_returned_once_and_to_its_own_pool()
    {
        var frame = Rented([]);
        Assert.Throws<InvariantException>(() => new FramePool().Return(frame));
        _pool.Return(frame);
        Assert.Throws<InvariantException>(() => _pool.Return(frame));
    }

    [Fact]
    public void A_batch_holds_64_frames_and_returns_with_them()
    {
        var pool = new FramePool(65);
        var batch = pool.RentBatch();
        for (var i = 0; i < FrameBatch.Capacity; i++)
        {
            Assert.True(pool.TryRent(i, out var frame));
            batch.Add(frame);
        }

        Assert.True(batch.IsFull);
        Assert.Equal(63, batch[63].Length);
        Assert.True(pool.TryRent(0, out var extra));
        Assert.Throws<InvariantException>(() => batch.Add(extra));
        Assert.Throws<InvariantException>(() => pool.Return(batch));
        pool.ReturnWithFrames(batch);
        Assert.Equal(1, pool.Outstanding);
        Assert.Throws<InvariantException>(() => pool.ReturnWithFrames(batch));
    }

    [Fact]
    public void An_account_shows_what_is_lost_or_doubled()
    {
        var account = new FrameAccount { In = 10, Created = 2, Out = 7, Consumed = 1 };
        account.Drops.Add(DropReason.Policy, 3);
        Assert.Equal(0, account.Imbalance(queued: 1));
        Assert.Equal(1, account.Imbalance(queued: 0));
        account.Drops.Add(DropReason.NoRoute, 2);
        Assert.Equal(-1, account.Imbalance(queued: 0));
        Assert.Equal(5, account.Drops.Total);
        Assert.Equal([new(DropReason.Policy, 3), new(DropReason.NoRoute, 2)], account.Drops.NonZero());
    }

    private Frame Rented(byte[] bytes)
    {
        Assert.True(_pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        return frame;
    }
}
