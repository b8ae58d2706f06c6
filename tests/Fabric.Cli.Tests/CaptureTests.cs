using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.Capture;
using Fabric.Wire;

namespace Fabric.Cli.Tests;

public class CaptureTests
{
    private static readonly byte[] Ethernet = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    [Fact]
    public async Task A_stream_becomes_a_pcapng_with_an_interface_per_point_and_the_tier_in_each_comment()
    {
        var scripted = new ScriptedFabric();
        await using var api = await RunningApi.StartAsync(scripted);
        scripted.Frames.Writer.TryWrite(new CapturedFrame("server-1:phy0", 1_700_000_000_000_001, false, false, "L1, out", 64, Ethernet));
        scripted.Frames.Writer.TryWrite(new CapturedFrame("node:underlay", 1_700_000_000_000_002, true, true, "in", 9_000,
            [0x45, 0, 0, 20]));
        scripted.Frames.Writer.Complete();
        var run = await CommandRun.OverHttp("capture", "server-1:phy0", "node:underlay", "-w", "-", "--api", api.Address.ToString());
        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.EndsWith("2 frames written\n", run.Error);

        var reader = new PcapngReader(new MemoryStream(run.OutBytes));
        Assert.True(reader.TryRead(out var first) & reader.TryRead(out var second));
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Error);
        Assert.Equal(["server-1:phy0", "node:underlay"], reader.Interfaces.Select(i => i.Name));
        Assert.Equal([PcapngLinkType.Ethernet, PcapngLinkType.RawIp], reader.Interfaces.Select(i => i.LinkType));
        Assert.Equal((0, "L1, out", 1_700_000_000_000_001_000), (first!.Interface, first.Comment, first.TimestampNs));
        Assert.Equal(Ethernet, first.Data);
        Assert.Equal((1, 9_000), (second!.Interface, second.OriginalLength));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_capture_with_every_frame_so_far_in_the_file()
    {
        var scripted = new ScriptedFabric();
        await using var api = await RunningApi.StartAsync(scripted);
        var file = Path.GetTempFileName();
        using var interrupt = new CancellationTokenSource();
        var running = CommandRun.Of((uri, token) => new HttpFabric(uri, token), [], interrupt.Token,
            ["capture", "server-1:vf0", "-w", file, "-q", "--api", api.Address.ToString()]);
        scripted.Frames.Writer.TryWrite(new CapturedFrame("server-1:vf0", 5, false, true, "in", 64, Ethernet));
        var sizeWithFrame = 0L;
        for (var i = 0; i < 6_000 && !running.IsCompleted && sizeWithFrame < 200; i++)
        {
            await Task.Delay(10);
            sizeWithFrame = new FileInfo(file).Length;
        }
        await interrupt.CancelAsync();
        var run = await running;
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        await using var stream = File.OpenRead(file);
        var reader = new PcapngReader(stream);
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(Ethernet, packet!.Data);
        File.Delete(file);
    }

    [Fact]
    public async Task A_capture_stops_after_the_count_asked_for()
    {
        var scripted = new ScriptedFabric();
        await using var api = await RunningApi.StartAsync(scripted);
        for (var i = 0; i < 5; i++) scripted.Frames.Writer.TryWrite(new CapturedFrame("server-1:vf0", i, false, true, "in", 64, Ethernet));
        var run = await CommandRun.OverHttp("capture", "server-1:*", "-w", "-", "-c", "3", "--api", api.Address.ToString());
        var reader = new PcapngReader(new MemoryStream(run.OutBytes));
        var count = 0;
        while (reader.TryRead(out _)) count++;
        Assert.Equal((0, 3), (run.ExitCode, count));
        Assert.Equal("server-1:vf0", Assert.Single(reader.Interfaces).Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public async Task A_point_that_does_not_exist_is_refused_before_a_file_is_made(int delayMs)
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric
        {
            CaptureFailure = new FabricRequestException(RequestFailure.NotFound, "no point server-9:vf0"),
            CaptureDelay = TimeSpan.FromMilliseconds(delayMs),
        });
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var run = await CommandRun.OverHttp("capture", "server-9:vf0", "-w", file, "--api", api.Address.ToString());
        Assert.Equal((2, "fabric: no point server-9:vf0\n"), (run.ExitCode, run.Error));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Each_node_is_asked_for_the_servers_it_runs_and_the_frames_come_together()
    {
        var (one, two) = (new ScriptedFabric(), new ScriptedFabric());
        await using var apiOne = await RunningApi.StartAsync(one);
        await using var apiTwo = await RunningApi.StartAsync(two);
        one.Inspect = Samples.Inspect with
        {
            Nodes = [Samples.Node with { Api = apiOne.Address.ToString(), Servers = ["server-1"] },
                new("two", apiTwo.Address.ToString(), "Up", ["server-2"])],
        };
        one.Frames.Writer.TryWrite(new CapturedFrame("server-1:phy0", 1, false, true, "in", 64, Ethernet));
        two.Frames.Writer.TryWrite(new CapturedFrame("server-2:phy0", 2, false, true, "in", 64, Ethernet));
        var run = await CommandRun.OverHttp(
            "capture", "server-*:phy0", "node:underlay", "-w", "-", "-c", "2", "--api", apiOne.Address.ToString());
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["server-1:phy0", "node:underlay"], Assert.Single(one.Asked.OfType<CaptureRequest>()).Points);
        Assert.Equal(["server-2:phy0"], Assert.Single(two.Asked.OfType<CaptureRequest>()).Points);
        var reader = new PcapngReader(new MemoryStream(run.OutBytes));
        var seen = new List<string?>();
        while (reader.TryRead(out var packet)) seen.Add(reader.Interfaces[packet.Interface].Name);
        Assert.Equal(["server-1:phy0", "server-2:phy0"], seen.Order());
    }

    [Fact]
    public async Task A_node_that_fails_ends_the_merged_capture_with_its_reason()
    {
        var failing = new ScriptedFabric();
        failing.Frames.Writer.Complete(new FabricRequestException(RequestFailure.Unavailable, "gone"));
        var merged = MergedFrames.Of([await new ScriptedFabric().CaptureAsync(new CaptureRequest([]), default),
            await failing.CaptureAsync(new CaptureRequest([]), default)]);
        var reason = await Assert.ThrowsAsync<FabricRequestException>(async () =>
        {
            await foreach (var frame in merged) Assert.Fail(frame.Point);
        });
        Assert.Equal("gone", reason.Message);
    }
}
