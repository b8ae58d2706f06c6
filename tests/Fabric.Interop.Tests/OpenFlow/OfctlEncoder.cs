using System.Globalization;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>The flow mods that <c>ovs-ofctl</c> makes of rules in text, as bytes: it prints them with enough <c>-m</c>.</summary>
internal static class OfctlEncoder
{
    public sealed record Message(string Rule, byte[] Bytes, string Text);

    /// <summary>
    /// One message per rule. The program gives up at a rule that the version cannot carry, so a list with such a rule is halved until only
    /// it is left out.
    /// </summary>
    public static async Task<List<Message>> EncodeAsync(string version, IReadOnlyList<string> rules)
    {
        if (rules.Count == 0) return [];
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, rules);
            var run = await Tool.RunAsync("ovs-ofctl", "-m", "-m", "-m", "-m", "-m", "-O", version, "parse-flows", file);
            if (run.ExitCode == 0) return Read(run, rules);
        }
        finally
        {
            File.Delete(file);
        }

        if (rules.Count == 1) return [];
        var first = await EncodeAsync(version, [.. rules.Take(rules.Count / 2)]);
        return [.. first, .. await EncodeAsync(version, [.. rules.Skip(rules.Count / 2)])];
    }

    private static List<Message> Read(ToolRun run, IReadOnlyList<string> rules)
    {
        var texts = new List<string>();
        var bytes = new List<List<byte>>();
        foreach (var line in run.Lines)
        {
            if (line.Length > 60 && line[8] == ' ' && line[..8].All(char.IsAsciiHexDigit))
            {
                foreach (var word in line[9..58].Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries))
                    bytes[^1].Add(byte.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }
            else if (line.Contains(" (xid=", StringComparison.Ordinal) && line.Contains("FLOW_MOD", StringComparison.Ordinal))
            {
                texts.Add(line);
                bytes.Add([]);
            }
        }

        // With NXM or table ids, a message that switches them on comes first, but is printed otherwise.
        Assert.Equal(rules.Count, bytes.Count);
        return [.. rules.Select((rule, i) => new Message(rule, [.. bytes[i]], texts[i]))];
    }
}
