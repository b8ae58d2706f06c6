namespace Fabric.Topology.Tests;

internal static class Load
{
    public static FabricTopology Valid(string text)
    {
        Assert.True(TopologyFile.TryLoad(text, "t.yaml", out var topology, out var errors), string.Join('\n', errors));
        Assert.Empty(errors);
        return topology;
    }

    /// <summary>The errors as they are printed.</summary>
    public static IReadOnlyList<string> Invalid(string text)
    {
        Assert.False(TopologyFile.TryLoad(text, "t.yaml", out _, out var errors));
        Assert.NotEmpty(errors);
        return [.. errors.Select(e => e.ToString())];
    }
}
