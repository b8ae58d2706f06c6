using System.Diagnostics;
using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

/// <summary>An independent judge: Debian's tshark reads what we write.</summary>
public class TsharkTests
{
    [Theory]
    [InlineData(TunnelType.Vxlan, false, "vxlan")]
    [InlineData(TunnelType.Vxlan, true, "vxlan")]
    [InlineData(TunnelType.Geneve, false, "geneve")]
    [InlineData(TunnelType.Geneve, true, "geneve")]
    [InlineData(TunnelType.Nvgre, false, "gre")]
    public async Task Captured_outer_packets_are_decoded_without_a_fault(TunnelType type, bool isIpv6, string protocol)
    {
        const int count = 20;
        var path = Path.Combine(Path.GetTempPath(), $"fabric-tshark-{Guid.NewGuid():N}.pcapng");
        try
        {
            await using (var file = File.Create(path)) Write(file, type, isIpv6, count);
            var lines = await Tshark(path,
                "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields", "-E", "separator=;", "-E", "occurrence=a",
                "-e", "frame.protocols", "-e", "ip.checksum.status", "-e", "udp.checksum.status", "-e", "_ws.malformed",
                "-e", type switch { TunnelType.Vxlan => "vxlan.vni", TunnelType.Geneve => "geneve.vni", _ => "gre.key" },
                "-e", "frame.comment", "-e", "frame.interface_name", "-e", "udp.dstport");
            Assert.Equal(count, lines.Length);
            foreach (var line in lines)
            {
                var fields = line.Split(';');
                Assert.Contains($":{protocol}:eth:ethertype:ip:udp", fields[0], StringComparison.Ordinal);
                // 1 is good; the outer IPv4 and the inner one, or the inner one only.
                Assert.Equal(isIpv6 ? "1" : "1,1", fields[1]);
                // Every datagram carries a checksum here, outer and inner.
                Assert.Equal(type == TunnelType.Nvgre ? "1" : "1,1", fields[2]);
                Assert.Equal("", fields[3]);
                Assert.Equal(type == TunnelType.Nvgre ? 5000u << 8 | 3 : 5000u, Number(fields[4]));
                Assert.Equal("tier=L1", fields[5]);
                Assert.Equal("server-1:phy0", fields[6]);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Write(Stream stream, TunnelType type, bool isIpv6, int count)
    {
        var world = new TunnelWorld();
        var writer = new PcapngWriter(stream);
        var phy = writer.AddInterface("server-1:phy0", PcapngLinkType.Ethernet);
        for (var i = 0; i < count; i++)
        {
            var frame = world.Inner(TunnelWorld.UdpFrame(i * 20), isIpv6, flags: TunnelFlags.Key | TunnelFlags.Checksum);
            if (type == TunnelType.Geneve) frame.Metadata.Tunnel.SetOptions([1, 2, 1, 1, 0xde, 0xad, 0xbe, 0xef, 1, 3, 2, 0]);
            Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.PortOf(type), world.Left, 3, out _, out var reason), reason.ToString());
            writer.WritePacket(phy, 1_795_000_000_000_000_000 + i, frame.Bytes, "tier=L1");
        }
    }

    private static uint Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? Convert.ToUInt32(text, 16) : uint.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string[]> Tshark(string path, params string[] options)
    {
        var start = new ProcessStartInfo("tshark", ["-n", "-r", path, .. options])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Fail("tshark is missing: install it (Debian: apt-get install tshark), this test has no other judge");
            return [];
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"tshark: {await errors}");
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
