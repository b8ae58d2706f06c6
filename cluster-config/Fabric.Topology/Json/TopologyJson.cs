using System.Text.Json;

namespace Fabric.Topology;

/// <summary>
/// The canonical JSON of a topology: camelCase, two spaces, members in the order of the records, everything that was resolved
/// written out. Equal topologies are equal texts, so this is what is persisted, compared and sent.
/// </summary>
public static class TopologyJson
{
    public static string Write(FabricTopology topology) =>
        JsonSerializer.Serialize(topology, TopologyJsonContext.Default.FabricTopology);

    /// <exception cref="JsonException">The text was not written by <see cref="Write"/>.</exception>
    public static FabricTopology Read(string json) =>
        JsonSerializer.Deserialize(json, TopologyJsonContext.Default.FabricTopology) ?? throw new JsonException("the topology is null");

    /// <summary>Same wish: whatever moved in the file without changing what it means is not a difference.</summary>
    public static bool AreEqual(FabricTopology left, FabricTopology right) => Write(left) == Write(right);
}
