using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;
using Fabric.Cli.Up;

namespace Fabric.Cli.Tests;

public class LiveViewTests
{
    [Fact]
    public void Rates_are_differences_over_time_and_a_restarted_server_starts_from_zero()
    {
        var first = Samples.Inspect.Servers[0];
        var second = Samples.Inspect.Servers[1];
        var now = Samples.Inspect with
        {
            Servers = [first with { Tiers = new TierCounts(12_345 + 3_000, 8, 13, 2) },
                second with { Epoch = 2, Tiers = new TierCounts(500, 0, 0, 0) }],
        };
        var sheet = LiveView.Rates(Samples.Inspect, now, seconds: 2);
        Assert.Equal(["server-1", "127.0.0.1:4053", "ready", "1,500", "0", "5", "0", "4", "4", "0"], sheet.Rows[0].Select(c => c.Text));
        Assert.Equal(["0", "0", "0", "0"], sheet.Rows[1][3..7].Select(c => c.Text));
    }

    [Fact]
    public async Task The_picture_is_redrawn_in_place_and_removed_at_the_end()
    {
        var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, () => Stream.Null, true, true, 100, new Dictionary<string, string>());
        using var stop = new CancellationTokenSource();
        var running = new LiveView(terminal, new ScriptedFabric()).RunAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var text = output.ToString();
        Assert.Contains("\e[2mserver", text);
        Assert.EndsWith("\e[5A\r\e[J\e[?25h", text);
    }

    [Theory]
    [InlineData("a,b,c", 100, "a,b,c")]
    [InlineData("aaaa,bbbb,cccc", 10, "aaaa,bbbb,|cccc")]
    [InlineData("aaaaaaaaaaaaaaaa,b", 10, "aaaaaaaaaaaaaaaa,|b")]
    [InlineData("aaaaaaaaaaaaaaaa", 10, "aaaaaaaaaaaaaaaa")]
    [InlineData("", 10, "")]
    public void Long_details_fold_after_commas(string text, int width, string folded) =>
        Assert.Equal(folded, string.Join('|', TraceText.Fold(text, width)));

    [Theory]
    [InlineData(0, "0 µs")]
    [InlineData(999, "999 µs")]
    [InlineData(1_000, "1.00 ms")]
    [InlineData(12_340, "12.3 ms")]
    [InlineData(123_400, "123 ms")]
    [InlineData(1_234_000, "1.23 s")]
    public void Durations_keep_three_digits(long us, string text) => Assert.Equal(text, Units.Duration(us));
}
