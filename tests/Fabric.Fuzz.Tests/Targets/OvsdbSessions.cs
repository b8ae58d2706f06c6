using System.Text;
using Fabric.Ovsdb;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>
/// Bytes of an OVSDB client. Whatever they are, the session answers or ends, the other session and the database live on, and the commits
/// that were made can be told.
/// </summary>
internal sealed class OvsdbSessions : IFuzzTarget
{
    private const string SchemaText = """
        {"name":"d","tables":{
          "root":{"isRoot":true,"columns":{"name":{"type":"string"},"n":{"type":{"key":"integer","min":0,"max":1}},
            "set":{"type":{"key":"integer","min":0,"max":"unlimited"}},"map":{"type":{"key":"string","value":"string","min":0,"max":3}},
            "leaves":{"type":{"key":{"type":"uuid","refTable":"leaf"},"min":0,"max":"unlimited"}}},"indexes":[["name"]]},
          "leaf":{"columns":{"text":{"type":"string"}}}}}
        """;

    private static readonly DatabaseSchema Schema = Parse();

    private readonly byte[] _buffer = new byte[1 << 16];

    public long MaxAllocatedSize => 4_000_000;

    public IEnumerable<byte[]> Samples => new[]
    {
        """{"id":1,"method":"echo","params":[]}{"id":2,"method":"list_dbs","params":[]}{"id":3,"method":"get_schema","params":["d"]}""",
        """{"id":1,"method":"monitor","params":["d",null,{"root":{"columns":["name","set"],"select":{"initial":false}}}]}""",
        """{"id":1,"method":"monitor_cond","params":["d",[1],{"root":[{"where":[["n",">",3],["name","!=","a"]]}],"leaf":[{}]}]}""",
        """{"id":1,"method":"monitor_cond_since","params":["d",1,{"root":[{}]},"00000000-0000-0000-0000-000000000000"]}""",
        """{"id":1,"method":"monitor_cond","params":["d",1,{"root":[{}]}]}"""
            + """{"id":2,"method":"monitor_cond_change","params":[1,2,{"root":[{"where":[["set","includes",["set",[1,2]]]]}]}]}""",
        """{"id":1,"method":"lock","params":["l"]}{"id":2,"method":"steal","params":["l"]}{"id":3,"method":"unlock","params":["l"]}""",
        """{"id":1,"method":"transact","params":["d",{"op":"insert","table":"root","row":"""
            + """{"name":"x","leaves":["named-uuid","y"],"n":-1}},"""
            + """{"op":"insert","table":"leaf","uuid-name":"y","row":{"text":"\u00e9\ud83d\ude00"}},{"op":"commit","durable":true}]}""",
        """{"id":1,"method":"transact","params":["d",{"op":"mutate","table":"root","where":[["name","==","a"]],"""
            + """ "mutations":[["n","+=",1e3],["set","insert",["set",[1,2,3]]],["map","delete",["map",[["k","v"]]]]]},"""
            + """{"op":"comment","comment":"c"}]}""",
        """{"id":1,"method":"transact","params":["d",{"op":"wait","timeout":5,"table":"root","where":[],"columns":["name"],"""
            + """ "until":"!=","rows":[{"name":"a"}]},{"op":"delete","table":"root","where":[]}]}{"method":"cancel","params":[1]}""",
        """{"id":1,"method":"transact","params":["d",{"op":"select","table":"root","where":[["_uuid","==","""
            + """["uuid","00000000-0000-0000-0000-000000000000"]]]},{"op":"assert","lock":"l"},{"op":"abort"}]}""",
        """{"id":"echo","result":[],"error":null}{"id":5,"method":"set_db_change_aware","params":[true]}""",
        new string('[', 300) + new string(']', 300),
    }.Select(Encoding.UTF8.GetBytes);

    public void Run(byte[] input)
    {
        var server = new OvsdbServer(new OvsdbServerOptions { MaxMessageSize = 2000, MaxUnsentSize = 200_000 }, new Random(1));
        var database = new Database(Schema, new Random(2));
        server.AddDatabase(database, 0);
        server.Execute("d", """[{"op":"insert","table":"root","row":{"name":"a","n":1,"map":["map",[["k","v"]]]}}]"""u8.ToArray(), 0);
        var (fuzzed, other) = (server.Connect(new SessionOptions("fuzzed"), 0), server.Connect(new SessionOptions("other"), 0));
        int half = input.Length / 2;
        fuzzed.Receive(input.AsSpan(0, half), 0);
        fuzzed.Receive(input.AsSpan(half), 1);
        server.Tick(1000);
        while (server.TryTakeCommit(out var commit)) server.Durable(commit.Sequence);
        while (fuzzed.TakeOutput(_buffer, 1000) > 0)
        {
        }
        other.Receive("""{"id":1,"method":"transact","params":["d",{"op":"select","table":"root","where":[]}]}"""u8, 1000);
        int size = other.TakeOutput(_buffer, 1000);
        Assert.Contains("\"rows\"", Encoding.UTF8.GetString(_buffer, 0, size), StringComparison.Ordinal);
        fuzzed.Close("done");
        Assert.Equal([other], server.Sessions);
    }

    private static DatabaseSchema Parse()
    {
        Assert.True(DatabaseSchema.TryParse(Encoding.UTF8.GetBytes(SchemaText), out var schema, out var error), error?.ToString());
        return schema;
    }
}
