using System.Diagnostics;
using Fabric.Wire;

namespace Fabric.Guest.Tests;

/// <summary>What a guest sends is judged by an independent dissector, checksums included.</summary>
public class TsharkTests
{
    [Fact]
    public async Task Tshark_finds_every_frame_well_formed_with_right_checksums_and_answers_matched()
    {
        var lan = new Lan();
        var (a, b) = (lan.Add(1), lan.Add(2));
        a.Boot(lan.NowUs);
        foreach (var size in new[] { 0, 56, 1473, 8192 })
        {
            a.Ping(Lan.V4(b), new PingOptions { Count = 2, PayloadSize = size, IntervalMs = 1 }, lan.NowUs);
            a.Ping(Lan.V6(b), new PingOptions { Count = 2, PayloadSize = size, IntervalMs = 1 }, lan.NowUs);
            lan.Run(10_000);
        }

        foreach (var to in new[] { Lan.V4(b), Lan.V6(b) })
        {
            var options = new TrafficOptions { Destination = to, Count = 10, FlowCount = 3, PayloadSize = 65, PacketsPerSecond = 10_000 };
            if (to.IsIpv4) b.StartChecker(options);
            a.StartTraffic(options with { DestinationPort = (ushort)(to.IsIpv4 ? 9000 : 9001) }, lan.NowUs);
        }

        lan.Run(10_000);
        var path = Path.Combine(Path.GetTempPath(), $"fabric-guest-{Guid.NewGuid():N}.pcapng");
        try
        {
            await WriteAsync(path, lan.Seen);
            string[] checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-r", path];
            const string Wrong = "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || icmp.checksum.status == 0 "
                + "|| icmpv6.checksum.status == 0 || _ws.expert.severity >= 6291456";
            Assert.Equal("", await RunAsync([.. checks, "-Y", Wrong]));
            Assert.Equal(lan.Seen.Count, Lines(await RunAsync(checks)));
            Assert.Equal(8, Lines(await RunAsync([.. checks, "-Y", "icmp.type == 0 && icmp.resp_to"])));
            Assert.Equal(8, Lines(await RunAsync([.. checks, "-Y", "icmpv6.type == 129 && icmpv6.resp_to"])));
            Assert.Equal(10, Lines(await RunAsync([.. checks, "-Y", "icmpv6.type == 1 && icmpv6.code == 4"])));
            Assert.Equal(20, Lines(await RunAsync([.. checks, "-Y", "udp.checksum.status == 1 && !icmpv6"])));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static int Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static async Task WriteAsync(string path, List<byte[]> frames)
    {
        await using var stream = File.Create(path);
        var writer = new PcapngWriter(stream);
        var point = writer.AddInterface("lan", PcapngLinkType.Ethernet);
        for (var i = 0; i < frames.Count; i++) writer.WritePacket(point, i * 1_000_000L, frames[i]);
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var tshark = Process.Start(start)!;
            var errors = tshark.StandardError.ReadToEndAsync();
            var text = await tshark.StandardOutput.ReadToEndAsync();
            await tshark.WaitForExitAsync();
            Assert.True(tshark.ExitCode == 0, await errors);
            return text;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("tshark is not installed; this test needs it (Debian: apt-get install tshark)");
        }
    }
}
