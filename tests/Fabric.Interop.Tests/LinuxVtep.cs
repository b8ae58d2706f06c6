namespace Fabric.Interop.Tests;

/// <summary>
/// A Linux machine with a kernel <c>vxlan</c> device: a network namespace, joined to this one by a cable (veth). Its overlay address is
/// 10.1.0.100; it knows nothing of the fabric but the VTEP it sends to.
/// </summary>
internal sealed class LinuxVtep : IAsyncDisposable
{
    /// <summary>This end of the cable, where the fabric's server sits.</summary>
    public const string ServerVtep = "10.209.0.1";

    public const string KernelVtep = "10.209.0.2";
    public const string OverlayAddress = "10.1.0.100";

    private readonly string _name = $"fbx{Environment.ProcessId}";

    private LinuxVtep()
    {
    }

    /// <summary>This end's network device.</summary>
    public string Device => $"{_name}h";

    public string[] InNamespace => ["ip", "netns", "exec", _name];

    public static async Task<LinuxVtep> CreateAsync(int vni)
    {
        var machine = new LinuxVtep();
        try
        {
            await machine.SetUpAsync(vni);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program on the Linux machine.</summary>
    public Task<ToolRun> RunAsync(params string[] command) => Tool.RunAsync("ip", [.. InNamespace[1..], .. command]);

    /// <summary>The kernel's own statistics of the device, by <c>ip -s link</c>'s counters.</summary>
    public async Task<long> ErrorsAsync()
    {
        var errors = 0L;
        foreach (var counter in new[] { "rx_errors", "rx_dropped", "tx_errors", "tx_dropped" })
        {
            var run = (await RunAsync("cat", $"/sys/class/net/vxlan0/statistics/{counter}")).Expect(0);
            errors += long.Parse(run.Out, System.Globalization.CultureInfo.InvariantCulture);
        }

        return errors;
    }

    /// <summary>The namespace takes its devices with it, and a cable ends at both ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("ip", "netns", "del", _name);
        await Tool.RunAsync("ip", "link", "del", Device);
    }

    private async Task SetUpAsync(int vni)
    {
        await IpAsync($"netns add {_name}");
        await IpAsync($"link add {Device} type veth peer name {_name}g");
        // As on a cable with no hardware behind it: what the witness sees is what arrives.
        Offloads.TurnOff(Device);
        Offloads.TurnOff($"{_name}g");
        await IpAsync($"link set {_name}g netns {_name}");
        await IpAsync($"link set {Device} mtu 1600 up");
        await IpAsync($"addr add {ServerVtep}/24 dev {Device}");
        await IpAsync($"-n {_name} link set lo up");
        await IpAsync($"-n {_name} link set {_name}g mtu 1600 up");
        await IpAsync($"-n {_name} addr add {KernelVtep}/24 dev {_name}g");
        await IpAsync($"-n {_name} link add vxlan0 type vxlan id {vni} remote {ServerVtep} local {KernelVtep} dstport 4789");
        await IpAsync($"-n {_name} link set vxlan0 mtu 1500 up");
        await IpAsync($"-n {_name} addr add {OverlayAddress}/24 dev vxlan0");
    }

    private static async Task IpAsync(string arguments) => (await Tool.RunAsync("ip", arguments.Split(' '))).Expect(0);
}
