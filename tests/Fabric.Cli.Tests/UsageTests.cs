using Fabric.Cli.Capture;

namespace Fabric.Cli.Tests;

/// <summary>Mistakes at the command line whose message must name what was wrong.</summary>
public class UsageTests
{
    [Fact]
    public async Task An_unknown_command_is_named_with_those_there_are()
    {
        var run = await CommandRun.Of(new ScriptedFabric(), "frobnicate");
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("fabric: 'frobnicate' is not a command; one of ", run.Error);
        Assert.Contains("pingall", run.Error);
    }

    [Theory]
    [InlineData("flows", "--bogus")]
    [InlineData("ping", "web-1", "--bogus")]
    [InlineData("pingall", "--bogus")]
    public async Task An_unknown_option_is_not_taken_for_an_argument(params string[] arguments)
    {
        var fabric = new ScriptedFabric();
        var run = await CommandRun.Of(fabric, arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'--bogus'", run.Error);
        Assert.Empty(fabric.Asked);
    }

    [Theory]
    [InlineData("server-*:*", "server-1:phy0 server-1:vf0")]
    [InlineData("server-1:vf*", "server-1:vf0")]
    [InlineData("server-1:x*", "server-1:x*")]
    public void Capture_patterns_stand_for_the_ports_there_are_and_what_matches_none_is_left_to_be_refused(string point, string expected)
    {
        var state = Samples.Inspect with { Nodes = [Samples.Node with { Servers = ["server-1"] }] };
        var route = Assert.Single(CaptureRoutes.Of([point], state, new Uri("http://127.0.0.1:8600")));
        Assert.Equal(expected.Split(' '), route.Value);
    }
}
