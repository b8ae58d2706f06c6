using System.Diagnostics;
using Fabric.Wire;
using static Fabric.Underlay.Tests.OuterPackets;

namespace Fabric.Underlay.Tests;

/// <summary>What leaves is judged by an independent dissector on the loopback interface.</summary>
public class TsharkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Tshark_sees_vxlan_with_the_ttl_tos_df_ports_and_zero_checksum_given_U2_U6()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(41));
        rig.Underlay.Open(2, Address(42));
        var folder = Directory.CreateTempSubdirectory("fabric-underlay-");
        var file = Path.Combine(folder.FullName, "seen.pcapng");
        using var tshark = Start("-i", "lo", "-q", "-f", $"udp port {Vxlan} and src host {Address(41)}", "-c", "3", "-w", file);
        var saying = tshark.StandardError.ReadToEndAsync();
        // It makes the file when its filter is in place, and not before (capture_loop_start in Wireshark's dumpcap.c).
        for (var clock = Stopwatch.StartNew(); !File.Exists(file); await Task.Delay(20))
            Assert.True(clock.Elapsed < Patience && !tshark.HasExited, "tshark makes no file");
        byte[] vxlan = [8, 0, 0, 0, 0, 0x13, 0x88, 0, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, .. new byte[46]];
        rig.Underlay.Send(1, Batch(rig.Pool,
            Make(rig.Pool, Address(41), Address(42), vxlan, 49155, ttl: 64, tos: 0, dontFragment: true),
            Make(rig.Pool, Address(41), Address(42), vxlan, 49156, ttl: 33, tos: 0xb8, dontFragment: false),
            Make(rig.Pool, Address(41), Address(42), vxlan, 49157, ttl: 64, tos: 0, dontFragment: true)));
        Assert.True(rig.Await(3));
        using var limit = new CancellationTokenSource(Patience);
        await tshark.WaitForExitAsync(limit.Token);
        Assert.True(tshark.ExitCode == 0, await saying);
        string[] fields =
        [
            "ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags.df", "udp.srcport", "udp.dstport", "udp.checksum", "vxlan.vni",
            "eth.type",
        ];
        using var reader = Start(["-r", file, "-T", "fields", "-E", "separator=|", .. fields.SelectMany(f => new[] { "-e", f })]);
        var text = await reader.StandardOutput.ReadToEndAsync(limit.Token);
        folder.Delete(recursive: true);
        var (a, b) = (Address(41), Address(42));
        string[] expected =
        [
            $"{a}|{b}|64|0x00|1|49155|4789|0x0000|5000|0x0800,0x88b5",
            $"{a}|{b}|33|0xb8|0|49156|4789|0x0000|5000|0x0800,0x88b5",
            $"{a}|{b}|64|0x00|1|49157|4789|0x0000|5000|0x0800,0x88b5",
        ];
        var seen = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Replace("True", "1").Replace("False", "0"));
        Assert.Equal(expected.Order(), seen.Order());
    }

    private static Process Start(params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("tshark", ["-n", .. arguments])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("tshark is not installed; this test needs it (Debian: apt-get install tshark)");
        }
    }
}
