namespace Fabric.Interop.Tests;

/// <summary>The independent witness: tshark, recording an interface or judging a file.</summary>
internal static class Shark
{
    private static readonly string[] Checksums =
    [
        "ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE",
    ];

    /// <summary>Records an interface into a file until stopped; returns when it records.</summary>
    /// <param name="inNamespace">Words before the command, to run it in a network namespace.</param>
    public static async Task<Tool> RecordAsync(string device, string filter, string file, params string[] inNamespace)
    {
        string[] command = [.. inNamespace, "tshark", "-i", device, "-n", "-q", "-f", filter, "-w", file];
        var tool = Tool.Start(command[0], command[1..]);
        await tool.UntilSaysAsync("Capturing on");
        // It says so before its filter is in place.
        await Task.Delay(1_000);
        return tool;
    }

    /// <summary>Ends a recording with all that was sent until now in its file.</summary>
    public static async Task EndAsync(Tool recording)
    {
        await Task.Delay(700);
        (await recording.StopAsync()).Expect(0);
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
