using System.Diagnostics;
using Fabric.Wire;
using static Fabric.Underlay.Tests.OuterPackets;

namespace Fabric.Underlay.Tests;

/// <summary>What leaves is judged by an independent dissector on the loopback interface.</summary>
public class TsharkTests
{
    [Fact]
    public async Task Tshark_sees_vxlan_with_the_ttl_tos_df_ports_and_zero_checksum_given_U2_U6()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(41));
        rig.Underlay.Open(2, Address(42));
        using var tshark = Start($"udp port {Vxlan} and src host {Address(41)}", 3,
            "ip.src", "ip.dst", "ip.ttl", "ip.dsfield", "ip.flags.df", "udp.srcport", "udp.dstport", "udp.checksum", "vxlan.vni",
            "eth.type");
        await WaitUntilCapturing(tshark);
        byte[] vxlan = [8, 0, 0, 0, 0, 0x13, 0x88, 0, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, .. new byte[46]];
        rig.Underlay.Send(1, Batch(rig.Pool,
            Make(rig.Pool, Address(41), Address(42), vxlan, 49155, ttl: 64, tos: 0, dontFragment: true),
            Make(rig.Pool, Address(41), Address(42), vxlan, 49156, ttl: 33, tos: 0xb8, dontFragment: false),
            Make(rig.Pool, Address(41), Address(42), vxlan, 49157, ttl: 64, tos: 0, dontFragment: true)));
        Assert.True(rig.Await(3));
        var text = await tshark.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await tshark.WaitForExitAsync();
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

    private static Process Start(string filter, int count, params string[] fields)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["-i", "lo", "-n", "-l", "-f", filter, "-c", $"{count}", "-a", "duration:15", "-T", "fields", "-E",
            "separator=|"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        foreach (var field in fields)
        {
            start.ArgumentList.Add("-e");
            start.ArgumentList.Add(field);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException("tshark is not installed; this test needs it (Debian: apt-get install tshark)");
        }
    }

    /// <summary>Tshark says "Capturing on" before its filter is in place; it is, once dumpcap says "File:" or a moment passed.</summary>
    private static async Task WaitUntilCapturing(Process tshark)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await tshark.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains("Capturing on", StringComparison.Ordinal)) break;
        }

        await Task.Delay(1000);
        _ = tshark.StandardError.ReadToEndAsync();
    }
}
