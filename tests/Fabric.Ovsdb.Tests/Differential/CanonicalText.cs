using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fabric.Ovsdb.Tests;

/// <summary>
/// Messages in a form in which two servers agree if they mean the same: members and sets sorted, and UUIDs, which each server invents,
/// replaced by the order in which inserts returned them. The names of databases come in the order of a hash table, hence are sorted too.
/// </summary>
internal sealed partial class CanonicalText
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 2000 };

    private readonly Dictionary<string, string> _names = [];
    private bool _keepsEmptyChanges;

    /// <summary>Names the UUIDs that the replies to inserts gave.</summary>
    public void Learn(IEnumerable<string> messages)
    {
        foreach (string message in messages)
        {
            using var document = JsonDocument.Parse(message, Deep);
            if (!document.RootElement.TryGetProperty("result", out var result) || result.ValueKind != JsonValueKind.Array) continue;
            foreach (var reply in result.EnumerateArray())
            {
                if (reply.ValueKind == JsonValueKind.Object && reply.TryGetProperty("uuid", out var uuid)
                    && uuid.ValueKind == JsonValueKind.Array) _names.TryAdd(uuid[1].GetString()!, $"row-{_names.Count}");
            }
        }
    }

    /// <summary>Replies in their order; what lies between two replies, updates and notices, sorted.</summary>
    public List<string> Of(IEnumerable<string> messages, bool keepsEmptyChanges)
    {
        var texts = new List<string>();
        int sorted = 0;
        _keepsEmptyChanges = keepsEmptyChanges;
        foreach (string message in messages)
        {
            using var document = JsonDocument.Parse(message, Deep);
            bool isReply = !document.RootElement.TryGetProperty("method", out _);
            if (isReply || keepsEmptyChanges || Says(document.RootElement)) texts.Add(Of(document.RootElement));
            if (!isReply) continue;
            texts.Sort(sorted, texts.Count - 1 - sorted, StringComparer.Ordinal);
            sorted = texts.Count;
        }
        texts.Sort(sorted, texts.Count - sorted, StringComparer.Ordinal);
        return texts;
    }

    /// <summary>Whether an update says more than that rows have changed in columns that it does not carry.</summary>
    private static bool Says(JsonElement update)
    {
        var last = update.GetProperty("params").EnumerateArray().LastOrDefault();
        return last.ValueKind != JsonValueKind.Object || !last.EnumerateObject().All(IsEmptyTable);
    }

    private static bool IsEmptyTable(JsonProperty table) => table.Value.ValueKind == JsonValueKind.Object
        && table.Value.EnumerateObject().Any() && table.Value.EnumerateObject().All(IsEmptyChange);

    private static bool IsEmptyChange(JsonProperty row) => row.Value.ValueKind == JsonValueKind.Object
        && (row.Value.TryGetProperty("modify", out var change) || row.Value.TryGetProperty("old", out change))
        && change.ValueKind == JsonValueKind.Object && !change.EnumerateObject().Any();

    private string Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().Where(Counts).Select(Of).Order(StringComparer.Ordinal))}}}",
        JsonValueKind.Array when IsUnordered(element) => $"[{Of(element[0])},[{Join(element[1])}]]",
        JsonValueKind.Array when element.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.String && e.ValueEquals("_Server")) =>
            $"[{Join(element)}]",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Of))}]",
        JsonValueKind.String => $"\"{Named(element.GetString()!)}\"",
        JsonValueKind.Number => element.GetDouble().ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => element.GetRawText(),
    };

    private bool Counts(JsonProperty member) => _keepsEmptyChanges || !(IsEmptyChange(member) || IsEmptyTable(member));

    private string Of(JsonProperty member) =>
        $"{Named(member.Name)}:{(member.Name is "rows" or "schema" ? Unordered(member) : Of(member.Value))}";

    private string Unordered(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.Array) return $"[{Join(member.Value)}]";
        if (member.Value.ValueKind != JsonValueKind.String) return Of(member.Value);
        using var schema = JsonDocument.Parse(member.Value.GetString()!);
        return Of(schema.RootElement);
    }

    private string Join(JsonElement elements) => string.Join(',', elements.EnumerateArray().Select(Of).Order(StringComparer.Ordinal));

    private static bool IsUnordered(JsonElement element) =>
        element.GetArrayLength() == 2 && element[0].ValueKind == JsonValueKind.String && element[1].ValueKind == JsonValueKind.Array
        && element[0].GetString() is "set" or "map";

    /// <summary>Which of two equal rows is named first is a matter of hash tables as well.</summary>
    private string Named(string text) => Twins().Match(text) is { Success: true } twins
        ? Named($"{text[..twins.Index]}{string.Join(' ', new[] { Named(twins.Groups[1].Value), Named(twins.Groups[2].Value) }.Order())}")
        : WithoutTimes(text);

    private string WithoutTimes(string text) => Elapsed().Replace(Uuid().Replace(text, NameOf), "timed out after a while");

    private string NameOf(Match uuid) =>
        _names.GetValueOrDefault(uuid.Value, uuid.Value.StartsWith("00000000", StringComparison.Ordinal) ? uuid.Value : "?");

    [GeneratedRegex("First (row,.*)  Second (row,.*)$")]
    private static partial Regex Twins();

    /// <summary>A wait's time-out tells when the server's loop came by.</summary>
    [GeneratedRegex("timed out after [1-9][0-9]* ms")]
    private static partial Regex Elapsed();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();
}
