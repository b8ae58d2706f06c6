namespace Fabric.Ovsdb.Tests;

/// <summary>Sessions of ours and of Debian's ovsdb-server, driven alike, say the same.</summary>
public sealed class SessionDifferentialTests : IDisposable
{
    private readonly OurServer _ours = new(new OvsdbServerOptions { HistoryCount = 0 }, Schemas.Parse(MonitoredSchema.Text));
    private readonly RealServer _real = new(MonitoredSchema.Text);
    private readonly SessionScript _script;

    public SessionDifferentialTests()
    {
        _script = new SessionScript(_ours, _real);
        for (int session = 0; session < 4; session++) _script.Open(session);
    }

    public void Dispose() => _real.Dispose();

    [Fact]
    public void Simple_methods_and_their_errors()
    {
        foreach (var (method, parameters) in new[]
        {
            ("echo", "[]"), ("echo", """[1,"two",{"three":[null,true]}]"""), ("list_dbs", "[]"), ("list_dbs", "[1,2]"),
            ("get_schema", """["d"]"""), ("get_schema", """["_Server"]"""), ("get_schema", """["nope"]"""), ("get_schema", "[]"),
            ("get_schema", "[7]"), ("get_schema", """["d",1]"""), ("nonsense", "[]"), ("transact", "[]"), ("transact", """["nope"]"""),
            ("transact", """["d"]"""), ("transact", """["d",1]"""), ("transact", """["d",{}]"""), ("transact", """["d",{"op":"abort"}]"""),
            ("transact", """[{"z":1.0,"a":"\u00e4\n","e":1e20,"m":-0.0,"d":1.5}]"""),
            ("transact", """["_Server",{"op":"delete","table":"Database","where":[]}]"""),
            ("transact", """["_Server",{"op":"select","table":"Database","where":[]}]"""),
            ("set_db_change_aware", "[true]"), ("set_db_change_aware", "[false]"), ("set_db_change_aware", "[1]"),
            ("set_db_change_aware", "[]"), ("monitor_cancel", "[]"), ("monitor_cancel", "[1]"), ("monitor_cancel", "[1,2]"),
            ("lock", "[]"), ("lock", "[1]"), ("lock", """["9x"]"""), ("unlock", """["never"]"""), ("steal", """["a","b"]"""),
            ("unlock", "[]"), ("cancel", "[1]"), ("update", "[1,{}]"), ("set_db_change_aware", "[true,false]"),
        })
        {
            _script.Call(0, method, parameters);
        }
        AssertSame(30);
    }

    [Fact]
    public void What_is_not_JSON_RPC_ends_the_session_and_only_that()
    {
        string[] wrong =
        [
            "x", "[1,2}", "{]", "tru", "\"text\"", "{\"a\" 1}", "[1 2]", "[01]", "[1.]", "[nul]", "[tRue]", "[\"\\x\"]", "[\"\\u12g4\"]",
            "[\"\\ud800\"]", "[\"\\ud800\\u0041\"]", "[\"\\u0000\"]", "[\"\u0001\"]", "[]", "{}", "{\"id\":1}",
            """{"id":1,"method":"echo"}""", """{"id":1,"method":"echo","params":{}}""", """{"id":1,"method":5,"params":[]}""",
            """{"id":1,"method":"echo","params":[],"more":1}""", """{"id":1,"result":1,"error":2}""", """{"id":1,"result":1}""",
            """{"id":1,"error":1}""", """{"id":"echo","error":1,"result":null}""", """{"id":1,"method":"echo","params":null}""",
            new string('[', 1001), "GET / HTTP/1.1\r\n\r\n", "[--1]", "[1e]", "{\"a\":1,}", "[,]", "[1,]", ":", "}", "\f[]",
            """{"id":1,"method":"echo","params":["before"]}x""",
        ];
        foreach (string bytes in wrong)
        {
            _script.Open(9);
            _script.Send(9, bytes);
            Assert.True(_ours.IsClosed(9), bytes);
            _script.Close(9);
        }
        string[] right =
        [
            """{"id":"echo","result":[],"error":null}""", """{"id":null,"method":"nonsense","params":[]}""",
            """{"method":"transact","params":["d"]}""", """{"id":{"a":[1.0,2]},"method":"echo","params":[{}]}""",
            """ {"id":1,"method":"echo","params":[],"result":null,"error":null} """, """{"id":false,"method":"echo","params":[0]}""",
            """{"id":2,"method":"a","method":"echo","params":[1],"params":[2]}""",
            """{"id":"\ud83d\ude00","method":"echo","params":["\ud83d\ude00"]}""",
            """{"id":3,"method":"ec\u0068o","params":[]}{"id":4,"method":"echo","params":[]}""",
            $$"""{"id":5,"method":"echo","params":{{new string('[', 999)}}{{new string(']', 999)}}}""",
        ];
        foreach (string bytes in right) _script.Send(0, bytes);
        AssertSame(8);
    }

    [Fact]
    public void Locks_are_owned_waited_for_stolen_and_passed_on()
    {
        _script.Call(0, "lock", """["l"]""");
        _script.Call(1, "lock", """["l"]""");
        _script.Call(2, "lock", """["l"]""");
        _script.Call(0, "lock", """["l"]""");
        _script.Transact(0, """{"op":"assert","lock":"l"}""");
        _script.Transact(1, """{"op":"assert","lock":"l"}""");
        _script.Call(2, "unlock", """["l"]""");
        _script.Call(0, "unlock", """["l"]""");
        _script.Call(0, "unlock", """["l"]""");
        _script.Call(2, "steal", """["l"]""");
        _script.Call(3, "steal", """["l"]""");
        _script.Transact(2, """{"op":"assert","lock":"l"}""");
        _script.Transact(3, """{"op":"assert","lock":"l"},{"op":"comment","comment":"x"}""");
        _script.Call(2, "lock", """["l"]""");
        _script.Call(2, "unlock", """["l"]""");
        _script.Call(2, "lock", """["l"]""");
        _script.Close(3);
        _script.Call(1, "unlock", """["l"]""");
        _script.Call(0, "steal", """["l"]""");
        _script.Call(0, "unlock", """["l"]""");
        _script.Close(2);
        _script.Call(0, "lock", """["l"]""");
        _script.Transact(1, """{"op":"assert","lock":"other"}""");
        AssertSame(25);
    }

    [Fact]
    public void Transactions_wait_for_others_for_their_time_and_until_they_are_canceled()
    {
        _script.Call(0, "monitor", """["d","m",{"root":[{"columns":["name","n"]}]}]""");
        _script.Call(1, "monitor_cond", """["d","m",{"root":[{"columns":["name","n"]}]}]""");
        string Wait(string value, string more = "", string timeout = "") => $$"""
            {"op":"wait",{{timeout}}"table":"root","where":[["name","==","{{value}}"]],"columns":["name"],
             "until":"==","rows":[{"name":"{{value}}"}]}{{more}}
            """;
        _script.Transact(1, Wait("a"));
        _script.Transact(2, Wait("b", """,{"op":"insert","table":"root","row":{"name":"after-b"}}"""));
        _script.Transact(2, Wait("c", timeout: "\"timeout\":1900,"));
        _script.Transact(3, Wait("d", timeout: "\"timeout\":0,"));
        _script.Transact(0, """{"op":"insert","table":"root","row":{"name":"a"}}""");
        _script.Transact(0, """{"op":"insert","table":"root","row":{"name":"b"}}""");
        _script.Advance(2100);
        _script.Send(1, $$"""{"id":"same","method":"transact","params":["d",{{Wait("z")}}]}""");
        _script.Send(1, $$"""{"id":"same","method":"transact","params":["d"]}""");
        _script.Send(1, """{"id":null,"method":"cancel","params":["other"]}""");
        _script.Send(1, """{"id":null,"method":"cancel","params":["same","x"]}""");
        _script.Send(1, """{"id":null,"method":"cancel","params":["same"]}""");
        _script.Send(1, $$"""{"id":"same","method":"transact","params":["d"]}""");
        _script.Call(2, "set_db_change_aware", "[true]");
        _script.Send(2, $$"""{"id":[1],"method":"transact","params":["d",{{Wait("z")}}]}""");
        _script.Send(2, """{"method":"cancel","params":[[1]]}""");
        _script.Send(3, $$"""{"id":1,"method":"transact","params":["d",{{Wait("later")}}]}""");
        _script.Close(3);
        _script.Transact(0, """{"op":"insert","table":"root","row":{"name":"later"}}""");
        AssertSame(16);
    }

    [Fact]
    public void The_server_database_tells_of_the_others()
    {
        _script.Call(0, "monitor_cond", """
            ["_Server",["monid","_Server"],{"Database":[{"columns":["name","model","connected","leader","schema","cid","sid","index"]}]}]
            """);
        _script.Call(1, "monitor", """["_Server",null,{"Database":{"columns":["name","model","schema"]}}]""");
        _script.Call(2, "monitor_cond_since", """
            ["_Server",1,{"Database":[{"columns":["name"],"where":[["name","==","d"]]}]},"00000000-0000-0000-0000-000000000000"]
            """);
        _script.Call(0, "transact", """
            ["_Server",{"op":"wait","table":"Database","where":[["name","==","d"]],"columns":["connected"],
             "until":"==","rows":[{"connected":true}]}]
            """);
        AssertSame(4);
    }

    [Fact]
    public void The_schema_of_Open_vSwitch_is_told_alike()
    {
        string text = File.ReadAllText("/usr/share/openvswitch/vswitch.ovsschema");
        using var real = new RealServer(text);
        var script = new SessionScript(new OurServer(new OvsdbServerOptions(), Schemas.Parse(text)), real);
        script.Open(0);
        script.Call(0, "get_schema", """["Open_vSwitch"]""");
        script.Call(0, "monitor_cond", """["_Server",1,{"Database":[{"columns":["name","schema"]}]}]""");
        Assert.True(script.Differences.Count == 0, string.Join("\n\n", script.Differences));
        Assert.Equal(2, script.MessageCount);
    }

    private void AssertSame(int atLeast)
    {
        Assert.True(_script.MessageCount >= atLeast, $"only {_script.MessageCount} messages");
        Assert.True(_script.Differences.Count == 0, string.Join("\n\n", _script.Differences));
    }
}
