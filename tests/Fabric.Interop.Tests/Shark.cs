using System.Diagnostics;

namespace Fabric.Interop.Tests;

/// <summary>The independent witness: tshark, judging a file.</summary>
internal static class Shark
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Checksums =
    [
        "ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE",
    ];

    /// <summary>Waits until a file that is still written to holds so many packets that pass the display filter.</summary>
    public static async Task UntilHoldsAsync(string file, string filter, int count)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            // Its end may be half a packet, which tshark complains of.
            var run = await Tool.RunAsync("tshark", "-r", file, "-n", "-Y", filter, "-T", "fields", "-e", "frame.number");
            if (run.Lines.Count >= count) return;
            Assert.True(clock.Elapsed < Patience, $"{file} has {run.Lines.Count} of {count} packets of: {filter}\n{run.Error}");
        }
    }

    /// <summary>One line per packet that passes the display filter: the fields, separated by <c>|</c>.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string file, string filter, params string[] fields)
    {
        var run = await Tool.RunAsync("tshark",
            ["-r", file, "-n", .. Checksums.SelectMany(c => new[] { "-o", c }), "-Y", filter, "-T", "fields", "-E", "separator=|",
                .. fields.SelectMany(f => new[] { "-e", f })]);
        run.Expect(0);
        Assert.DoesNotContain("cut short", run.Error, StringComparison.Ordinal);
        return run.Lines;
    }

    /// <summary>No packet is malformed or has a wrong checksum at any layer, outer or inner.</summary>
    public static async Task AssertSoundAsync(string file)
    {
        const string Unsound = "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || icmp.checksum.status == 0"
            + " || icmpv6.checksum.status == 0 || _ws.expert.severity == error";
        var bad = await ReadAsync(
            file, Unsound, "frame.number", "frame.len", "ip.src", "_ws.col.Info", "udp.checksum", "_ws.expert.message");
        Assert.True(bad.Count == 0, $"{bad.Count} unsound packets:\n{string.Join('\n', bad.Take(20))}");
    }
}
