using System.Text;
using System.Text.Json;

namespace Fabric.Ovsdb.Tests;

/// <summary>What monitor_cond_since answers to a client that comes back.</summary>
public sealed class HistoryTests
{
    private readonly ServerFixture _fixture = new(new OvsdbServerOptions { HistoryCount = 20 });
    private readonly OvsdbSession _session;

    public HistoryTests() => _session = _fixture.Connect();

    [Fact]
    public void Rows_that_came_went_and_changed_are_told_once()
    {
        Execute("""{"op":"insert","table":"root","row":{"name":"stays","n":1}}""");
        Execute("""{"op":"insert","table":"root","row":{"name":"goes","n":1}}""");
        string last = Since(Guid.Empty.ToString()).Last;
        Execute("""{"op":"insert","table":"root","row":{"name":"new"}},{"op":"insert","table":"root","row":{"name":"brief"}}""");
        Execute("""{"op":"update","table":"root","where":[["name","==","stays"]],"row":{"n":2}}""");
        Execute("""{"op":"update","table":"root","where":[["name","!=","goes"]],"row":{"set":["set",[1]],"n":3}}""");
        Execute("""{"op":"delete","table":"root","where":[["name","==","brief"]]}""");
        Execute("""{"op":"delete","table":"root","where":[["name","==","goes"]]}""");

        var (found, newLast, updates) = Since(last);
        Assert.True(found);
        Assert.NotEqual(last, newLast);
        Assert.Equal(["delete:null", "insert:{\"name\":\"new\",\"n\":3}", "modify:{\"n\":3}"], updates);
        Assert.Equal((true, newLast, 0), (Since(newLast).Found, Since(newLast).Last, Since(newLast).Updates.Count));
    }

    [Fact]
    public void A_condition_judges_both_ends_of_the_absence()
    {
        Execute("""{"op":"insert","table":"root","row":{"name":"in","n":1}},{"op":"insert","table":"root","row":{"name":"out","n":5}}""");
        string last = Since(Guid.Empty.ToString()).Last;
        Execute("""{"op":"update","table":"root","where":[["name","==","in"]],"row":{"n":9}}""");
        Execute("""{"op":"update","table":"root","where":[["name","==","out"]],"row":{"n":2}}""");
        Assert.Equal(["delete:null", "insert:{\"name\":\"out\",\"n\":2}"], Since(last, ",\"where\":[[\"n\",\"<\",3]]").Updates);
    }

    [Fact]
    public void A_transaction_that_is_forgotten_or_unknown_brings_everything()
    {
        Execute("""{"op":"insert","table":"root","row":{"name":"a"}}""");
        string last = Since(Guid.Empty.ToString()).Last;
        for (int i = 0; i < 19; i++) Execute("""{"op":"mutate","table":"root","where":[],"mutations":[["r","+=",1]]}""");
        Assert.True(Since(last).Found);
        Execute("""{"op":"mutate","table":"root","where":[],"mutations":[["r","+=",1]]}""");
        Assert.False(Since(last).Found);
        Assert.False(Since("12345678-1234-1234-1234-123456789abc").Found);
        Assert.Equal(["initial:{\"name\":\"a\"}"], Since(last).Updates);
    }

    private void Execute(string operations)
    {
        _fixture.Server.Execute("d", Encoding.UTF8.GetBytes($"[{operations}]"), 0);
        _fixture.MakeDurable();
    }

    private (bool Found, string Last, List<string> Updates) Since(string last, string where = "")
    {
        ServerFixture.Send(_session, $$"""
            {"id":1,"method":"monitor_cond_since","params":["d","m",{"root":[{"columns":["name","n"]{{where}}}]},"{{last}}"]}
            {"id":2,"method":"monitor_cancel","params":["m"]}
            """);
        using var document = JsonDocument.Parse(ServerFixture.Take(_session)[0]);
        var result = document.RootElement.GetProperty("result");
        var updates = result[2].EnumerateObject().SelectMany(t => t.Value.EnumerateObject()).SelectMany(r => r.Value.EnumerateObject());
        return (result[0].GetBoolean(), result[1].GetString()!,
            [.. updates.Select(u => $"{u.Name}:{u.Value.GetRawText()}").Order(StringComparer.Ordinal)]);
    }
}
