namespace Fabric.Actors.Tests.Standalone;

/// <summary>Frames between devices for tests, on a stream.</summary>
public class DummyStreamTests
{
    [Fact]
    public void Frames_arrive_whole_however_the_stream_is_cut()
    {
        byte[][] frames = [Frame(14, 1), Frame(300, 2), Frame(60, 3)];
        for (var cut = 1; cut <= 64; cut++)
        {
            var (sender, receiver) = (new DummyStream("p1"), new DummyStream("p2"));
            foreach (var frame in frames) sender.Send(frame);
            var received = new List<byte[]>();
            var buffer = new byte[cut];
            while (sender.TakeOutput(buffer) is > 0 and var size) received.AddRange(receiver.Receive(buffer.AsSpan(0, size)));
            Assert.Equal(frames, received);
        }
    }

    [Fact]
    public void A_frame_shorter_than_its_header_ends_the_stream()
    {
        var stream = new DummyStream("p1");
        Assert.Equal([Frame(14, 7)], stream.Receive([0, 14, .. Frame(14, 7), 0, 13, 1]));
        Assert.True(stream.IsBroken);
        Assert.Empty(stream.Receive([0, 14, .. Frame(14, 7)]));
    }

    [Fact]
    public void What_the_peer_does_not_take_is_lost_behind_a_hundred_frames()
    {
        var stream = new DummyStream("p1");
        for (var i = 0; i < 150; i++) stream.Send(Frame(14, (byte)i));
        Assert.Equal(100 * 16, stream.TakeOutput(new byte[10_000]));
    }

    private static byte[] Frame(int size, byte fill) => [.. Enumerable.Repeat(fill, size)];
}
