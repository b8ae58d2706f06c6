namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// Cases as text. A line <c>= name</c> starts a rule set; <c>rule</c>, <c>group</c>, <c>meter</c>, <c>mac</c> and <c>tlv</c> fill it;
/// <c>? flow</c> is a packet, with options behind <c>@</c>; <c>! megaflow: reason</c>, or
/// <c>! text: reason</c>, says in what and why the packet before differs.
/// </summary>
internal static class TraceCaseFile
{
    public static List<RuleSet> Read(string path)
    {
        var sets = new List<RuleSet>();
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var blank = line.IndexOf(' ');
            var (word, rest) = (line[..blank], line[(blank + 1)..]);
            if (word == "=") sets.Add(new RuleSet($"{Path.GetFileName(path)}: {rest}"));
            else if (word == "!") sets[^1].Packets[^1] = sets[^1].Packets[^1] with { Difference = rest };
            else if (word == "?") sets[^1].Packets.Add(Packet(rest));
            else
                (word switch
                {
                    "rule" => sets[^1].Rules,
                    "group" => sets[^1].Groups,
                    "meter" => sets[^1].Meters,
                    "mac" => sets[^1].Addresses,
                    "tlv" => sets[^1].Options,
                    _ => throw new InvalidDataException($"{path}: {line}"),
                }).Add(rest);
        }

        return sets;
    }

    private static TracedPacket Packet(string text)
    {
        var parts = text.Split(" @ ");
        return new TracedPacket(parts[0], parts.Length > 1 ? parts[1].Split(' ') : []);
    }
}
