using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>A Linux kernel as the peer VTEP: it and an emulated VM speak as if they were on one cable.</summary>
public class KernelVxlanTests
{
    private const string Vm = "10.1.0.1";

    private const string Topology = $$"""
        name: kernel-peer
        underlay: {mode: direct, subnet: 127.212.0.0/16, mtu: 1600}
        servers:
          - {name: server-1, vtep: {{LinuxVtep.ServerVtep}}}
        overlays:
          - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}
        peers:
          - {name: linux-1, overlay: blue, vtep: {{LinuxVtep.KernelVtep}}}
        vms:
          - {name: web-1, overlay: blue, server: server-1, ip: {{Vm}}}
        """;

    [Fact]
    public async Task A_kernel_vxlan_device_and_a_vm_ping_each_other_at_all_sizes_without_loss()
    {
        await using var linux = await LinuxVtep.CreateAsync(vni: 5000);
        await using var fabric = new RunningFabric(Topology);
        await fabric.UpAsync("--no-validate");
        var wire = Path.Combine(fabric.Folder, "veth.pcapng");
        await using (var witness = await Recording.StartAsync(linux.Device, "udp port 4789", wire, LinuxVtep.KernelVtep))
        {
            await AssertKernelPingsAsync(linux, count: 1_000, size: 56, "-i", "0.002");
            // Nothing, less than a time stamp, one byte under the MTU, the MTU, and what needs two and three fragments.
            foreach (var size in new[] { 0, 1, 17, 18, 1400, 1471, 1472, 1473, 2_960, 4_000 })
                await AssertKernelPingsAsync(linux, 20, size, "-i", "0.01");
            foreach (var size in new[] { "0", "1", "56", "1400", "1472", "1473", "4000" })
                await fabric.PingAsync("web-1", LinuxVtep.OverlayAddress, 20, "-i", "10ms", "-s", size);
            await witness.EndAsync();
        }

        Assert.Equal(0, await linux.ErrorsAsync());
        await AssertWireAsync(wire);
        await AssertAccountAsync(fabric);
    }

    /// <summary>
    /// With -W, <c>ping</c> gives the last answer no longer than twice the longest so far (iputils, schedule_exit); with -w it waits, and
    /// sends more meanwhile. So whether an answer was lost is to be seen on the wire.
    /// </summary>
    private static async Task AssertKernelPingsAsync(LinuxVtep linux, int count, int size, params string[] more)
    {
        var run = await linux.RunAsync(["ping", "-q", "-c", $"{count}", "-s", $"{size}", "-w", "50", .. more, Vm]);
        Assert.True(
            run.ExitCode == 0 && run.Out.Contains($" {count} received", StringComparison.Ordinal), $"size {size}: {run.Out}{run.Error}");
    }

    private static async Task AssertWireAsync(string wire)
    {
        await Shark.AssertSoundAsync(wire);
        var requests = await Shark.ReadAsync(wire, $"icmp.type == 8 && ip.src == {LinuxVtep.OverlayAddress}", "vxlan.vni");
        var replies = await Shark.ReadAsync(
            wire, $"icmp.type == 0 && ip.src == {Vm}", "ip.src", "ip.ttl", "ip.flags.df", "udp.dstport", "vxlan.flags", "vxlan.vni");
        Assert.InRange(requests.Count, 1_200, 2_400);
        Assert.Equal(requests.Count, replies.Count);
        var outer = replies.Select(line => string.Join('|', line.Split('|').Select(f => f.Split(',')[0]))).Distinct();
        Assert.Equal($"{LinuxVtep.ServerVtep}|64|1|4789|0x0800|5000", Assert.Single(outer).Replace("True", "1", StringComparison.Ordinal));

        // The kernel's address is in no file: each side asked the other for its MAC.
        foreach (var vtep in new[] { LinuxVtep.ServerVtep, LinuxVtep.KernelVtep })
            Assert.NotEmpty(await Shark.ReadAsync(wire, $"arp && ip.src == {vtep}", "arp.opcode"));
    }

    private static async Task AssertAccountAsync(RunningFabric fabric)
    {
        var server = Assert.Single((await fabric.JsonAsync("inspect", "servers")).EnumerateArray());
        Assert.Equal(0, server.GetProperty("imbalance").GetInt64());
        var tiers = server.GetProperty("tiers");
        var (l1, agent) = (tiers.GetProperty("l1").GetInt64(), tiers.GetProperty("agent").GetInt64());
        Assert.True(l1 > 20 * agent, $"L1 answers nearly all: {tiers}");
    }
}
