using Fabric.Actors.Protocol;

namespace Fabric.Actors.Tests;

public sealed class CaptureTests : FabricRig
{
    [Fact]
    public void Each_point_records_what_passes_it_with_direction_and_tier()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        using var capture = Node.Captures.Open(new CaptureRequest(["server-1:vf0", "server-1:phy0", "node:underlay"]));
        AssertPings("a-1", "10.1.0.2");
        var frames = Read(capture);
        var byPoint = frames.ToLookup(f => f.Point);
        Assert.Equal(["node:underlay", "server-1:phy0", "server-1:vf0"], byPoint.Select(g => g.Key).Order());
        Assert.Equal(3, byPoint["server-1:vf0"].Count(f => f is { Inbound: true, Comment: "in, tier L1" }));
        Assert.Equal(3, byPoint["server-1:vf0"].Count(f => f is { Inbound: false, Comment: "out, tier L1" }));
        Assert.All(byPoint["node:underlay"], f => Assert.True(f.IsRawIp));
        // Each of the six packets leaves one server and reaches the other.
        Assert.Equal(12, byPoint["node:underlay"].Count());
        Assert.All(frames, f => Assert.Equal(f.OriginalLength, f.Bytes.Length));
    }

    [Fact]
    public void A_capture_from_before_the_server_was_there_begins_with_its_first_frame()
    {
        using var capture = Node.Captures.Open(new CaptureRequest(["server-1:vf0"], SnapLength: 14));
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 1);
        var before = Read(capture);
        Assert.True(before.Count >= 4, $"{before.Count} frames: ARP and ICMP, request and answer");
        Assert.All(before, f => Assert.Equal(14, f.Bytes.Length));
        Assert.All(before, f => Assert.True(f.OriginalLength > 14));

        Break("server-1", "nic");
        Advance(300);
        AssertPings("a-1", "10.1.0.2", 1);
        Assert.NotEmpty(Read(capture));
    }

    [Fact]
    public void A_closed_capture_costs_nothing_and_gets_nothing()
    {
        StartBoth();
        var capture = Node.Captures.Open(new CaptureRequest(["server-1:vf0"]));
        Assert.True(Node.Captures.IsActive);
        capture.Dispose();
        Assert.False(Node.Captures.IsActive);
        AssertPings("a-1", "10.1.0.2");
        Assert.Empty(Read(capture));
        Assert.True(capture.Frames.Completion.IsCompleted);
    }

    [Fact]
    public void A_reader_that_is_too_slow_is_told_how_many_records_it_lost()
    {
        using var capture = Node.Captures.Open(new CaptureRequest(["p"]));
        for (var i = 0; i < 8_192 + 5; i++) Node.Captures.Record(new CapturedFrame("p", i, false, true, "in", 1, [0]));
        Assert.Equal(8_192, Read(capture).Count);
        Node.Captures.Record(new CapturedFrame("p", 9_000, false, true, "in", 1, [0]));
        Node.Captures.Record(new CapturedFrame("p", 9_001, false, true, "in", 1, [0]));
        Node.Captures.Record(new CapturedFrame("other", 9_002, false, true, "in", 1, [0]));
        Assert.Equal(["in; 5 frames before it were not recorded: the reader is too slow", "in"], Read(capture).Select(f => f.Comment));
    }

    private static List<CapturedFrame> Read(Capture capture)
    {
        var frames = new List<CapturedFrame>();
        while (capture.Frames.TryRead(out var frame)) frames.Add(frame);
        return frames;
    }
}
