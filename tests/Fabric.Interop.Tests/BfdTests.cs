namespace Fabric.Interop.Tests;

/// <summary>Two servers that watch the way between them, by stock ovs-vsctl: their control packets pass NIC, tunnel and underlay.</summary>
[Collection(QuickstartCollection.Name)]
public class BfdTests(QuickstartFabric quickstart)
{
    /// <summary>No overlay's, whose packets must not come in by these ports.</summary>
    private const int Key = 4_242;

    [Fact]
    public async Task Each_end_of_a_tunnel_knows_whether_the_other_one_is_there()
    {
        try
        {
            await AddAsync(1, 2);
            await AddAsync(2, 1);
            await WaitAsync(1, "bfd-2", "bfd_status:state=up", "bfd_status:forwarding=true");
            await WaitAsync(2, "bfd-1", "bfd_status:state=up", "bfd_status:forwarding=true");
            await VsctlAsync(2, "del-port", "br-int", "bfd-1");
            await WaitAsync(1, "bfd-2", "bfd_status:forwarding=false");
            var run = await VsctlAsync(1, "get", "interface", "bfd-2", "bfd_status:diagnostic");
            Assert.Equal("\"Control Detection Time Expired\"", run.Out.Trim());
        }
        finally
        {
            await VsctlAsync(1, "--if-exists", "del-port", "br-int", "bfd-2");
            await VsctlAsync(2, "--if-exists", "del-port", "br-int", "bfd-1");
        }
    }

    private Task<ToolRun> AddAsync(int server, int other) => VsctlAsync(
        server, "add-port", "br-int", $"bfd-{other}", "--", "set", "interface", $"bfd-{other}", "type=geneve",
        $"options:remote_ip={QuickstartFabric.Vtep(other)}", $"options:key={Key}", "bfd:enable=true");

    private Task<ToolRun> WaitAsync(int server, string name, params string[] conditions) =>
        VsctlAsync(server, ["wait-until", "interface", name, .. conditions]);

    private async Task<ToolRun> VsctlAsync(int server, params string[] words) => (await Tool.RunAsync("ovs-vsctl",
        [$"--db=unix:{quickstart.Fabric.Data}/run/server-{server}/db.sock", "--timeout=50", .. words])).Expect(0);
}
