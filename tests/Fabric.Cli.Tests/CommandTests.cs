using Fabric.Actors.Protocol;

namespace Fabric.Cli.Tests;

public class CommandTests
{
    [Fact]
    public async Task Bare_command_prints_help_and_is_no_error()
    {
        var run = await CommandRun.Of(new ScriptedFabric());
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("pingall", run.Out);
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("apply", "-t", "x.yaml")]
    [InlineData("ping")]
    [InlineData("ping", "web-1")]
    [InlineData("ping", "web-1", "web-2", "-c", "0")]
    [InlineData("ping", "web-1", "web-2", "-c", "many")]
    [InlineData("ping", "web-1", "web-2", "--interval", "soon")]
    [InlineData("ping", "web-1", "web-2", "--interval", "0")]
    [InlineData("ping", "web-1", "web-2", "--interval", "2h")]
    [InlineData("ping", "web-1", "web-2", "--family", "5")]
    [InlineData("ping", "web-1", "web-2", "--format", "xml")]
    [InlineData("ping", "web-1", "web-2", "--format", "1")]
    [InlineData("ping", "web-1", "web-2", "--api", "nowhere")]
    [InlineData("inspect", "everything")]
    [InlineData("inspect", "all", "--format", "csv")]
    [InlineData("flows", "server-1", "--tier", "l4")]
    [InlineData("flows", "server-1", "--type", "magic")]
    [InlineData("trace", "web-1")]
    [InlineData("vf")]
    [InlineData("vf", "set", "server-1", "vf0")]
    [InlineData("vf", "set", "server-1", "vf0", "--trust", "maybe")]
    [InlineData("vf", "set", "server-1", "vf0", "--max-rate", "fast")]
    [InlineData("vf", "set", "server-1", "vf0", "--vlan", "ten")]
    [InlineData("vf", "set", "server-1", "vf0", "--link", "up")]
    [InlineData("vf", "move", "server-1", "vf0")]
    [InlineData("eswitch", "server-1", "veb")]
    [InlineData("guest", "web-1")]
    [InlineData("guest", "web-1", "--promisc", "maybe")]
    [InlineData("capture", "server-1:phy0")]
    [InlineData("validate")]
    [InlineData("validate", "-t", "/nowhere/dc.yaml")]
    public async Task Wrong_usage_is_one_line_on_standard_error_and_exit_code_2(params string[] arguments)
    {
        var fabric = new ScriptedFabric();
        var run = await CommandRun.Of(fabric, arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("fabric: ", run.Error);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal("", run.Out);
        Assert.Empty(fabric.Asked);
    }

    [Theory]
    [InlineData(RequestFailure.NotFound, 2)]
    [InlineData(RequestFailure.Invalid, 2)]
    [InlineData(RequestFailure.Conflict, 2)]
    [InlineData(RequestFailure.Unavailable, 4)]
    public async Task Refusals_of_the_fabric_are_printed_as_they_are(RequestFailure failure, int exitCode)
    {
        var run = await CommandRun.Of(new ScriptedFabric { Failure = new FabricRequestException(failure, "no VM named web-9") }, "ping",
            "web-9", "web-1");
        Assert.Equal((exitCode, "fabric: no VM named web-9\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_fabric_that_is_not_there_is_exit_code_4()
    {
        var run = await CommandRun.OverHttp("pingall", "--api", "http://127.0.0.1:1");
        Assert.Equal(4, run.ExitCode);
        Assert.Equal("fabric: no fabric answers at http://127.0.0.1:1; is one up? (fabric up)\n", run.Error);
    }

    [Fact]
    public async Task Ping_passes_its_options_on_and_fails_on_loss()
    {
        var fabric = new ScriptedFabric();
        var run = await CommandRun.Of(fabric, "ping", "web-1", "10.1.0.2", "-c", "3", "--size", "1000", "--interval", "0.05", "--family",
            "6", "-W", "3");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(new PingRequest("web-1", "10.1.0.2", 3, 1000, 50, 3_000, 6), Assert.Single(fabric.Asked));
    }

    [Fact]
    public async Task Ping_without_loss_is_exit_code_0_and_a_foreign_frame_is_1()
    {
        Assert.Equal(0, (await CommandRun.Of(new ScriptedFabric { Ping = Samples.GoodPing }, "ping", "web-1", "web-2")).ExitCode);
        Assert.Equal(1, (await CommandRun.Of(new ScriptedFabric { Ping = Samples.GoodPing with { Foreign = 1 } }, "ping", "web-1",
            "web-2")).ExitCode);
    }

    [Fact]
    public async Task Pingall_tells_passed_failed_and_nothing_to_check_apart()
    {
        var failed = Samples.Mesh with { Across = [Samples.Pair("web-1", "db-2", "blue", "green", 4, 1, 200)] };
        Assert.Equal(0, (await CommandRun.Of(new ScriptedFabric(), "pingall")).ExitCode);
        Assert.Equal(1, (await CommandRun.Of(new ScriptedFabric { Mesh = failed }, "pingall")).ExitCode);
        Assert.Equal(3, (await CommandRun.Of(new ScriptedFabric { Mesh = new PingMeshReply([], []) }, "pingall")).ExitCode);
    }

    [Fact]
    public async Task Environment_twins_stand_in_for_flags_and_flags_win()
    {
        var fabric = new ScriptedFabric();
        var environment = new Dictionary<string, string> { ["FABRIC_COUNT"] = "7", ["FABRIC_FORMAT"] = "json",
            ["FABRIC_API"] = "http://127.0.0.1:9999" };
        Uri? called = null;
        var run = await CommandRun.Of((api, _) => { called = api; return fabric; }, environment, default, ["pingall"]);
        Assert.StartsWith("{", run.Out);
        Assert.Equal(new Uri("http://127.0.0.1:9999"), called);
        await CommandRun.Of((_, _) => fabric, environment, default, ["pingall", "-c", "2", "--timeout", "20s"]);
        Assert.Equal([new PingMeshRequest(7), new PingMeshRequest(2, TimeoutMs: 20_000)], fabric.Asked);
    }

    [Fact]
    public async Task A_wrong_twin_is_refused_like_the_wrong_flag()
    {
        var run = await CommandRun.Of((_, _) => new ScriptedFabric(), new() { ["FABRIC_COUNT"] = "none" }, default, ["pingall"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--count is 'none'", run.Error);
    }

    [Fact]
    public async Task Validate_prints_every_error_with_its_place_and_a_valid_file_in_a_line()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "name: x\nnonsense: 1\nservers:\n  - {name: s, color: red}\n");
            var wrong = await CommandRun.Of(new ScriptedFabric(), "validate", "-t", file);
            Assert.Equal(2, wrong.ExitCode);
            var lines = wrong.Error.TrimEnd('\n').Split('\n');
            Assert.True(lines.Length >= 2, wrong.Error);
            Assert.All(lines, line => Assert.Matches(@"^/.+:\d+:\d+: ", line));
            await File.WriteAllTextAsync(file, "name: x\nservers:\n  - {name: s}\n");
            var right = await CommandRun.Of(new ScriptedFabric(), "validate", "-t", file);
            Assert.Equal((0, ""), (right.ExitCode, right.Error));
            Assert.Contains("valid: x, 1 server", right.Out);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
