using System.Text.Json;

namespace Fabric.Topology.Tests;

public sealed class SchemaTests
{
    private const string Published = "cluster-config/fabric.schema.json";

    /// <summary>With FABRIC_WRITE_SCHEMA=1 in the environment the file is written anew before it is compared.</summary>
    [Fact]
    public void The_published_schema_is_the_formats()
    {
        string path = Repository.Path(Published);
        if (Environment.GetEnvironmentVariable("FABRIC_WRITE_SCHEMA") == "1")
            File.WriteAllText(path, TopologySchema.Write());

        Assert.Equal(TopologySchema.Write(), File.ReadAllText(path));
    }

    [Fact]
    public void The_schema_names_every_key_that_quickstart_uses()
    {
        using var schema = JsonDocument.Parse(TopologySchema.Write());
        var properties = schema.RootElement.GetProperty("properties");
        foreach (string key in new[] { "name", "defaults", "underlay", "nics", "servers", "overlays", "vms", "validate" })
            Assert.True(properties.TryGetProperty(key, out _), key);

        Assert.False(properties.TryGetProperty("policies", out _));
        var type = properties.GetProperty("overlays").GetProperty("items").GetProperty("properties").GetProperty("type");
        Assert.Equal(["vxlan", "geneve"], type.GetProperty("enum").EnumerateArray().Select(e => e.GetString()));
    }
}
