using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>What a client printed, made comparable between two servers.</summary>
internal static partial class OutputText
{
    public static string Of(string printed, SwitchPeer peer, IReadOnlyDictionary<string, string> names, bool inAnyOrder)
    {
        var text = DatabaseDump.Rename(printed, names).Replace(peer.RunDirectory, "RUNDIR", StringComparison.Ordinal);
        text = LogTime().Replace(text, "TIME|");
        text = ShortId().Replace(text, "\">ID</a>");
        text = TwoRows().Replace(text, match => string.Join(" / ", new[] { match.Groups[1].Value, match.Groups[2].Value }.Order()));
        var lines = text.Split('\n').Select(Explained.MaskLine).ToList();
        return string.Join('\n', inAnyOrder ? Sorted(lines) : NeighboursSorted(lines));
    }

    /// <summary>Rows of one table, one below the other, stand in the order of their random ids.</summary>
    private static IEnumerable<string> NeighboursSorted(List<string> lines)
    {
        for (var at = 0; at < lines.Count;)
        {
            var rows = lines.Skip(at).TakeWhile(line => line.StartsWith('<')).Order(StringComparer.Ordinal).ToList();
            if (rows.Count == 0) rows = [lines[at]];
            foreach (var row in rows) yield return row;
            at += rows.Count;
        }
    }

    /// <summary>Records that blank lines divide, or else lines with what is indented below them, sorted at each depth.</summary>
    private static IEnumerable<string> Sorted(List<string> lines)
    {
        var records = string.Join('\n', lines).TrimEnd('\n').Split("\n\n");
        if (records.Length > 1) return records.Order(StringComparer.Ordinal);
        return SortedTree(lines.Where(line => line.Length > 0).ToList());
    }

    private static List<string> SortedTree(List<string> lines)
    {
        var blocks = new List<List<string>>();
        foreach (var line in lines)
        {
            if (blocks.Count == 0 || Depth(line) <= Depth(blocks[0][0])) blocks.Add([]);
            blocks[^1].Add(line);
        }

        var sorted = blocks.Select(block => string.Join('\n', block.Take(1).Concat(SortedTree([.. block.Skip(1)]))));
        return [.. sorted.Order(StringComparer.Ordinal)];
    }

    private static int Depth(string line) => line.Length - line.TrimStart(' ').Length;

    /// <summary>What the client shows of an id in HTML.</summary>
    [GeneratedRegex("\">[0-9a-f]{8}</a>")]
    private static partial Regex ShortId();

    /// <summary>Of two rows with equal indexes the server names one first, in the order of their random ids.</summary>
    [GeneratedRegex(@"First row, (.*?)\.  Second row, (.*?)\.")]
    private static partial Regex TwoRows();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\|\d+\||\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( |$)", RegexOptions.Multiline)]
    private static partial Regex LogTime();
}
