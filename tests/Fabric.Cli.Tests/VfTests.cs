using System.Text.Json;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Tests;

/// <summary>The verbs vf and eswitch: what they ask, and what they print.</summary>
public class VfTests
{
    private static async Task<VfChange> Asked(params string[] arguments)
    {
        var fabric = new ScriptedFabric();
        var run = await CommandRun.Of(fabric, arguments);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return Assert.IsType<VfChange>(Assert.Single(fabric.Asked));
    }

    [Fact]
    public async Task Each_verb_asks_for_its_change()
    {
        Assert.Equal(
            new VfChange("server-1", Set: new VfSet(
                "vf0", "02:00:00:00:00:09", true, false, 10, 500_000, 2_500_000_000, 1_400, "enable")),
            await Asked("vf", "set", "server-1", "vf0", "--mac", "02:00:00:00:00:09", "--trust", "on", "--spoof-check", "off", "--vlan",
                "10", "--min-rate", "500k", "--max-rate", "2.5G", "--mtu", "1400", "--link", "enable"));
        Assert.Equal(new VfChange("server-1", Set: new VfSet("vf0", MaxRateBps: 0)), await Asked("vf", "set", "server-1", "vf0",
            "--max-rate", "0"));
        Assert.Equal(new VfChange("server-1", Create: new VfCreate("vf3")), await Asked("vf", "create", "server-1", "vf3"));
        Assert.Equal(new VfChange("server-1", Create: new VfCreate(Count: 8)), await Asked("vf", "create", "server-1", "--count", "8"));
        var destroy = (await Asked("vf", "destroy", "server-1", "vf3", "vf4")).Destroy!;
        Assert.Equal(("vf3 vf4", false), (string.Join(' ', destroy.Vfs), destroy.All));
        Assert.True((await Asked("vf", "destroy", "server-1", "--all")).Destroy!.All);
        Assert.Equal(new VfChange("server-1", Move: new VfMove("vf0", "web-2")), await Asked("vf", "move", "server-1", "vf0", "web-2"));
        Assert.Equal(new VfChange("server-1", Eswitch: "legacy"), await Asked("eswitch", "server-1", "legacy"));
    }

    [Fact]
    public async Task A_guest_that_is_refused_something_is_told_with_exit_code_1()
    {
        var fabric = new ScriptedFabric();
        var run = await CommandRun.Of(fabric, "guest", "a", "--mac", "02:00:00:00:00:01", "--promisc", "off");
        Assert.Equal((0, "a on vf0 has 02:00:00:00:00:01\n"), (run.ExitCode, run.Out));
        Assert.Equal(new GuestChange("a", "02:00:00:00:00:01", false), fabric.Asked[^1]);
        fabric.Guest = fabric.Guest with { Refusals = ["the NIC refused promiscuous mode: vf0 is not trusted"] };
        run = await CommandRun.Of(fabric, "guest", "a", "--promisc", "on");
        Assert.Equal(
            (1, "a: the NIC refused promiscuous mode: vf0 is not trusted\na on vf0 has 02:00:00:00:00:01\n"), (run.ExitCode, run.Out));
    }

    [Fact]
    public async Task A_change_prints_what_has_become_of_the_VFs()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "vf", "set", "server-1", "vf0", "--trust", "on");
        Assert.Equal(
            """
            VF attributes
              server    vf   vm     mac                link       trust  spoof  vlan  min rate  max rate   mtu
              server-1  vf0  web-1  02:00:00:00:00:01  up (auto)  on     off      10         -        1G  1500
            server-1: 7 of 8 VFs exist, eswitch switchdev

            """, run.Out);
    }

    [Fact]
    public async Task Inspect_shows_counters_attributes_and_drops_by_reason()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "inspect", "vfs");
        Assert.Equal(
            """
            VFs
              server    vf   port  vm     mac                link  rx  rx bytes  tx  tx bytes  dropped
              server-1  vf0     2  web-1  02:00:00:00:00:01  up    11     1,078  10       980        3

            VF attributes
              server    vf   vm     mac                link       trust  spoof  vlan  min rate  max rate   mtu
              server-1  vf0  web-1  02:00:00:00:00:01  up (auto)  on     off      10         -        1G  1500

            VF drops
              server    vf   vm     reason         frames
              server-1  vf0  web-1  MtuExceeded         2
              server-1  vf0  web-1  VfVlanRefused       1

            """, run.Out);
    }

    [Fact]
    public async Task Programs_get_everything_as_json_and_in_one_row_of_csv()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "vf", "list", "--format", "json");
        var vf = JsonDocument.Parse(run.Out).RootElement[0];
        Assert.Equal(1_000_000_000, vf.GetProperty("attributes").GetProperty("maxRateBps").GetInt64());
        Assert.Equal(2, vf.GetProperty("drops").GetProperty("MtuExceeded").GetInt64());
        run = await CommandRun.Of(new ScriptedFabric(), "vf", "list", "server-1", "--format", "csv");
        string[] header =
        [
            "server", "name", "port", "vm", "mac", "linkUp", "rxFrames", "rxBytes", "txFrames", "txBytes", "dropped", "exists", "link",
            "trust", "spoofCheck", "vlan", "minRateBps", "maxRateBps", "mtu", "promiscuous", "waiting", "drops",
        ];
        string[] row =
        [
            "server-1", "vf0", "2", "web-1", "02:00:00:00:00:01", "true", "11", "1078", "10", "980", "3", "true", "auto", "true", "false",
            "10", "0", "1000000000", "1500", "false", "0", "MtuExceeded=2 VfVlanRefused=1",
        ];
        Assert.Equal($"{string.Join(',', header)}\n{string.Join(',', row)}\n", run.Out);
    }

    [Fact]
    public async Task The_eswitch_mode_is_shown_when_none_is_given()
    {
        Assert.Equal("switchdev\n", (await CommandRun.Of(new ScriptedFabric(), "eswitch", "server-1")).Out);
        var run = await CommandRun.Of(new ScriptedFabric(), "eswitch", "server-9");
        Assert.Equal((2, "fabric: there is no server 'server-9'\n"), (run.ExitCode, run.Error));
        run = await CommandRun.Of(new ScriptedFabric(), "vf", "list", "server-9");
        Assert.Equal((2, "fabric: there is no server 'server-9'\n"), (run.ExitCode, run.Error));
    }
}
