namespace Fabric.Ovsdb.Tests;

/// <summary>Random locks and waits of many sessions, which come and go, are treated as Debian's ovsdb-server treats them.</summary>
public sealed class RandomSessionTests : IDisposable
{
    private const int SessionCount = 5;

    private readonly OurServer _ours = new(new OvsdbServerOptions { HistoryCount = 0 }, Schemas.Parse(MonitoredSchema.Text));
    private readonly RealServer _real = new(MonitoredSchema.Text);
    private readonly SessionScript _script;

    public RandomSessionTests()
    {
        _script = new SessionScript(_ours, _real);
        for (int session = 0; session < SessionCount; session++) _script.Open(session);
    }

    public void Dispose() => _real.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_locks(int number)
    {
        int seed = Seeds.Number ?? number;
        var random = new Random(seed);
        for (int step = 0; step < 200; step++)
        {
            int session = random.Next(SessionCount);
            string name = random.Next(3) == 0 ? "m" : "l";
            switch (random.Next(12))
            {
                case < 4: _script.Call(session, "lock", $"[\"{name}\"]"); break;
                case < 6: _script.Call(session, "steal", $"[\"{name}\"]"); break;
                case < 9: _script.Call(session, "unlock", $"[\"{name}\"]"); break;
                case < 11: _script.Transact(session, $$"""{"op":"assert","lock":"{{name}}"}"""); break;
                default:
                    // The order in which a session gives up several locks is a matter of hash tables.
                    if (random.Next(2) == 0) break;
                    _script.Call(session, "unlock", "[\"m\"]");
                    _script.Close(session);
                    _script.Open(session);
                    break;
            }
        }
        AssertSame(seed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_waits(int number)
    {
        int seed = Seeds.Number ?? number;
        var random = new Random(seed);
        for (int step = 0; step < 150; step++)
        {
            // The first session writes, the others wait, for ever or not at all: how long a wait took is never the same twice.
            int session = 1 + random.Next(SessionCount - 1);
            string timeout = random.Next(3) == 0 ? "\"timeout\":0," : "";
            string until = random.Next(2) == 0 ? "==" : "!=";
            switch (random.Next(10))
            {
                case < 4:
                    _script.Transact(0, $$$"""
                        {"op":"delete","table":"other","where":[]},{"op":"insert","table":"other","row":{"key":"k{{{random.Next(4)}}}"}}
                        """);
                    break;
                case < 9:
                    _script.Send(session, $$"""
                        {"id":"w{{random.Next(3)}}","method":"transact","params":["d",{"op":"wait",{{timeout}}"table":"other","where":[],
                        "columns":["key"],"until":"{{until}}","rows":[{"key":"k{{random.Next(4)}}"}]},{"op":"comment","comment":"done"}]}
                        """);
                    break;
                default:
                    _script.Send(session, $$"""{"method":"cancel","params":["w{{random.Next(3)}}"]}""");
                    break;
            }
        }
        AssertSame(seed);
    }

    private void AssertSame(int seed)
    {
        Assert.True(_script.Differences.Count == 0, $"FABRIC_SEED={seed}: {string.Join("\n\n", _script.Differences)}");
        Assert.True(_script.MessageCount > 100, $"only {_script.MessageCount} messages");
    }
}
