using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests;

/// <summary>
/// Replies in a form that can be compared: members sorted, rows sorted, UUIDs that a server made up made alike, and what ovsdb-server's
/// hash tables decide taken out.
/// </summary>
internal static partial class ReplyText
{
    public static string Normalize(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 2000 });
        return Text(document.RootElement);
    }

    /// <summary>
    /// A transaction can violate several constraints at once, or one in several rows; which one is told, the order of a hash table decides.
    /// Then the replies are the same up to the error.
    /// </summary>
    public static bool IsSameButForOneOfSeveralFaults(string ours, string theirs) =>
        ours != theirs && CommitFault().IsMatch(ours) && CommitFault().IsMatch(theirs)
        && CommitFault().Replace(ours, "$2") == CommitFault().Replace(theirs, "$2");

    /// <summary>The lines that are not the same.</summary>
    public static string Difference(string ours, string theirs)
    {
        string[] a = ours.Split('\n'), b = theirs.Split('\n');
        return $"Fabric:\n{string.Join('\n', a.Except(b))}\novsdb-server:\n{string.Join('\n', b.Except(a))}";
    }

    private static string Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', json.EnumerateObject().Select(Member).Order(StringComparer.Ordinal))}}}",
        JsonValueKind.Array => $"[{string.Join(',', json.EnumerateArray().Select(Text))}]",
        JsonValueKind.String => Words(json.GetString()!),
        _ => json.GetRawText(),
    };

    private static string Member(JsonProperty member)
    {
        if (member.Name == "_version") return "_version";
        if (member.Name == "rows" && member.Value.ValueKind == JsonValueKind.Array)
            return $"rows:[{string.Join(",\n   ", member.Value.EnumerateArray().Select(Text).Order(StringComparer.Ordinal))}]";
        return $"{member.Name}:{Text(member.Value)}";
    }

    private static string Words(string text)
    {
        text = Uuid().Replace(text, m => Regex.IsMatch(m.Value, OperationGenerator.OwnUuid) ? m.Value : "<some uuid>");

        // Which of two equal rows is the first depends on the order of the columns in a hash table.
        Match twins = Twins().Match(text);
        if (twins.Success)
        {
            string[] rows = [twins.Groups[1].Value.Trim(), twins.Groups[2].Value.Trim()];
            Array.Sort(rows, StringComparer.Ordinal);
            text = $"{text[..twins.Index]}{rows[0]} {rows[1]}";
        }

        return JsonSerializer.Serialize(text);
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(
        """
        {details:"(Table\ \S+\ column\ \S+\ row|cannot\ delete\ \S+\ row|Transaction\ causes\ multiple|Deletion\ of|Weak\ reference\ column
        |transaction\ causes|[-0-9.e+]+\ is\ not\ in\ the|[-0-9.e+]+\ is\ less|[-0-9.e+]+\ is\ greater|\S+\ is\ not\ one
        |Result\ of|Attempted\ to\ store|Division)
        [^}]*",error:"[^"]*"(}(?:,null)*])$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommitFault();

    [GeneratedRegex("First row,(.*?)  Second row,(.*)$")]
    private static partial Regex Twins();
}
