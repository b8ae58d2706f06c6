namespace Fabric.Interop.Tests;

public class WrongTopologyTests
{
    private const string Wrong = """
        name: wrong
        servers:
          - {name: server-1, nick: agilio-cx}
        overlays:
          - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}
          - {name: green, type: geneve, vni: 5000, subnet: 10.2.0.0/33}
        vms:
          - {name: web-1, overlay: red, server: server-1}
        """;

    [Theory]
    [InlineData("--detach=false")]
    [InlineData("--detach")]
    public async Task Every_error_has_its_place_and_nothing_starts(string detach)
    {
        await using var fabric = new RunningFabric(Wrong);
        await using var up = fabric.StartUp(detach);
        var run = (await up.EndAsync()).Expect(2);
        Assert.Equal("", run.Out);
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith($"{fabric.File}:", line, StringComparison.Ordinal));
        foreach (var (place, word) in new[] { ("3:22", "nick"), ("6:38", "5000"), ("6:52", "10.2.0.0/33"), ("8:28", "red") })
        {
            var at = Assert.Single(lines, line => line.StartsWith($"{fabric.File}:{place}:", StringComparison.Ordinal));
            Assert.Contains(word, at, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(fabric.Data));
    }

    [Fact]
    public async Task A_file_that_does_not_exist_is_one_line()
    {
        await using var up = RunningFabric.Program("up", "/nonexistent/topology.yaml");
        (await up.EndAsync()).ExpectOneLine(2, "/nonexistent/topology.yaml");
    }
}
