using System.Text.Json.Nodes;

namespace Fabric.Interop.Tests;

/// <summary>Breaks JSON in one place: puts something else there, takes it away, or adds something.</summary>
internal sealed class JsonVandal(Random random)
{
    private static readonly string[] Junk =
    [
        "null", "true", "false", "0", "-1", "1.5", "12345678901234567890", "\"\"", "\"x\"", "\"a b\"", "[]", "{}", "[[]]", "[1]",
        "[\"set\",[]]", "[\"uuid\",\"0\"]", "{\"a\":1}", "[true]", "\"\u00e9\"", "\"_uuid\"", "\"\\\"\"", "100000000000000000000000",
    ];

    public void Break(JsonArray operations)
    {
        var places = new List<JsonNode>();
        Collect(operations, places);
        JsonNode place = places[random.Next(places.Count)];
        if (place is JsonArray array) Break(array, isTop: ReferenceEquals(array, operations));
        else if (place is JsonObject members) Break(members);
    }

    private void Break(JsonArray array, bool isTop)
    {
        int index = random.Next(array.Count + 1);
        if (index == array.Count)
        {
            if (!isTop) array.Add(Any());
        }
        else if (random.Next(4) == 0 && !isTop) array.RemoveAt(index);
        else array[index] = Any();
    }

    private void Break(JsonObject members)
    {
        string[] names = [.. members.Select(m => m.Key)];

        // Without these two, servers would choose different UUIDs, or wait for ever.
        string[] dispensable = [.. names.Except(["uuid", "timeout"])];
        if (names.Length == 0 || random.Next(5) == 0) members["extra"] = Any();
        else if (random.Next(4) == 0 && dispensable.Length > 0) members.Remove(dispensable[random.Next(dispensable.Length)]);
        else members[names[random.Next(names.Length)]] = Any();
    }

    private JsonNode? Any() => JsonNode.Parse(Junk[random.Next(Junk.Length)]);

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonArray array)
        {
            places.Add(node);
            foreach (JsonNode? element in array) Collect(element, places);
        }
        else if (node is JsonObject members)
        {
            places.Add(node);
            foreach ((_, JsonNode? value) in members) Collect(value, places);
        }
    }
}
