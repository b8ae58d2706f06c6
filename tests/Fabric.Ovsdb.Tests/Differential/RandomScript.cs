namespace Fabric.Ovsdb.Tests;

/// <summary>Random monitors, conditions and transactions on <see cref="MonitoredSchema"/>. The first session transacts.</summary>
internal sealed class RandomScript(Random random)
{
    private static readonly string[] RootColumns = ["name", "n", "r", "b", "map", "set", "fading", "leaves", "weak"];
    private static readonly string[] LeafColumns = ["text", "number"];

    private readonly List<(int Session, int Id, bool HasLeaf)> _monitors = [];
    private int _lastId;

    public int Next(int bound) => random.Next(bound);

    public void Watch(SessionScript script, int session)
    {
        int id = ++_lastId;
        int version = random.Next(3);
        bool hasLeaf = random.Next(2) == 0;
        string tables = $"\"root\":{Requests(RootColumns, RootClause, version)}"
            + (hasLeaf ? $",\"leaf\":{Requests(LeafColumns, LeafClause, version)}" : "");
        string method = version switch { 0 => "monitor", 1 => "monitor_cond", _ => "monitor_cond_since" };
        string since = version == 2 ? ",\"00000000-0000-0000-0000-000000000000\"" : "";
        script.Call(session, method, $$"""["d",{{id}},{{{tables}}}{{since}}]""");
        _monitors.Add((session, id, hasLeaf));
    }

    public void ChangeCondition(SessionScript script)
    {
        if (_monitors.Count == 0) return;
        var (session, id, hasLeaf) = _monitors[random.Next(_monitors.Count)];
        string change = hasLeaf && random.Next(2) == 0 ? $"\"leaf\":[{{{Where(LeafClause)}}}]" : $"\"root\":[{{{Where(RootClause)}}}]";
        script.Call(session, "monitor_cond_change", $$"""[{{id}},{{id}},{{{change}}}]""");
    }

    public void Cancel(SessionScript script)
    {
        if (_monitors.Count == 0) return;
        int index = random.Next(_monitors.Count);
        script.Call(_monitors[index].Session, "monitor_cancel", $"[{_monitors[index].Id}]");
        _monitors.RemoveAt(index);
    }

    public string Operations() => string.Join(',', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Operation()));

    private string Operation() => random.Next(7) switch
    {
        0 => $$$"""{"op":"insert","table":"root","row":{"name":"n{{{random.Next(1000)}}}","n":{{{random.Next(5)}}},"b":{{{Boolean()}}}}}""",
        1 => $$$"""{"op":"insert","table":"root","row":{"name":"l{{{random.Next(1000)}}}","leaves":["named-uuid","x"]}},"""
            + $$$"""{"op":"insert","table":"leaf","uuid-name":"x","row":{"text":"{{{Text()}}}","number":{{{random.Next(3)}}}}}""",
        2 => $$$"""{"op":"update","table":"root","where":[{{{Clause(RootClause)}}}]"""
            + $$$""","row":{"n":{{{Optional()}}},"r":{{{random.Next(3)}}}.5}}""",
        3 => $$$"""{"op":"mutate","table":"root","where":[{{{Clause(RootClause)}}}]"""
            + $$$""","mutations":[["set","{{{InsertOrDelete()}}}",{{{random.Next(4)}}}]]}""",
        4 => $$$"""{"op":"update","table":"root","where":[{{{Clause(RootClause)}}}]"""
            + $$$""","row":{"map":["map",[["{{{Text()}}}","{{{Text()}}}"]]]"""
            + $$$""","fading":"{{{Text()}}}"}}""",
        5 => $$$"""{"op":"update","table":"leaf","where":[{{{Clause(LeafClause)}}}],"row":{"number":{{{random.Next(3)}}}}}""",
        _ => $$$"""{"op":"delete","table":"root","where":[["n","==",{{{random.Next(5)}}}],{{{RootClause()}}}]}""",
    };

    private string Requests(string[] columns, Func<string> clause, int version)
    {
        string[] shuffled = [.. columns];
        random.Shuffle(shuffled);
        // Where conditions are possible all columns are watched: ovsdb-server 3.1 reads beyond the columns of a change that it has stored,
        // and dies, when a condition names a column that it had not stored. A bare true or false counts as one that names "_uuid".
        int first = version > 0 ? shuffled.Length : random.Next(shuffled.Length + 1);
        var requests = new List<string> { Request(shuffled[..first]) };
        if (first < shuffled.Length && random.Next(3) == 0) requests.Add(Request(shuffled[first..]));
        // One condition for all requests of a table: which of several ovsdb-server takes is a matter of its hash tables.
        string where = version > 0 && random.Next(2) == 0 ? "," + Where(clause) : "";
        return $"[{string.Join(',', requests.Select(r => $"{{{r}{where}}}"))}]";
    }

    private string Request(string[] columns)
    {
        string request = $"\"columns\":[{string.Join(',', columns.Select(c => $"\"{c}\""))}]";
        return random.Next(3) > 0 ? request
            : $$"""{{request}},"select":{"initial":{{Boolean()}},"insert":{{Boolean()}},"delete":{{Boolean()}},"modify":{{Boolean()}}}""";
    }

    private string Where(Func<string> clause)
    {
        var clauses = Enumerable.Range(0, random.Next(3)).Select(_ => clause()).Where(c => c.StartsWith('['));
        return $"\"where\":[{string.Join(',', clauses)}]";
    }

    private string Clause(Func<string> clause) => random.Next(4) == 0 ? "" : clause();

    private string RootClause() => random.Next(8) switch
    {
        0 => $"""["n","==",{Optional()}]""",
        1 => $"""["n","{(random.Next(2) == 0 ? "<" : ">=")}",{random.Next(5)}]""",
        2 => $"""["b","!=",{Boolean()}]""",
        3 => $"""["set","includes",{random.Next(4)}]""",
        4 => $"""["set","excludes",["set",[{random.Next(4)}]]]""",
        5 => $"""["fading","==","{Text()}"]""",
        6 => $"""["r",">",{random.Next(3)}]""",
        _ => Boolean(),
    };

    private string LeafClause() => random.Next(2) == 0 ? $"""["number","==",{random.Next(3)}]""" : $"""["text","!=","{Text()}"]""";

    private string Optional() => random.Next(4) == 0 ? """["set",[]]""" : $"{random.Next(5)}";

    private string Boolean() => random.Next(2) == 0 ? "true" : "false";

    private string InsertOrDelete() => random.Next(2) == 0 ? "insert" : "delete";

    private string Text() => $"t{random.Next(3)}";
}
