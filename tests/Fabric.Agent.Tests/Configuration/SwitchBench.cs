using System.Text;
using Fabric.Agent.Configuration;
using Fabric.Ovsdb;

namespace Fabric.Agent.Tests.Configuration;

/// <summary>A database with the loop behind it: what is written to it takes effect, and what the loop writes back is in it.</summary>
internal sealed class SwitchBench
{
    public SwitchBench(int seed = 1)
    {
        Database = new Database(SwitchSchema.Instance, new Random(seed));
        Agent = new OvsAgent();
        Loop = new SwitchLoop(Agent, Devices);
        Execute("""[{"op":"insert","table":"Open_vSwitch","row":{}}]""");
        Loop.TakeSnapshot(Database.Tables.SelectMany(table => table.Rows));
        Settle();
    }

    public Database Database { get; }

    public OvsAgent Agent { get; }

    public SwitchLoop Loop { get; }

    public TestDevices Devices { get; } = new();

    public RecordingVports Vports { get; } = new();

    public long NowMs { get; set; } = 1_000;

    public int Writes { get; private set; }

    public Row Root => Database.Table("Open_vSwitch").Rows.Single();

    public Row Interface(string name) => Database.Table("Interface").Rows.Single(row => row["name"].Text == name);

    public Row Port(string name) => Database.Table("Port").Rows.Single(row => row["name"].Text == name);

    public Row Bridge(string name) => Database.Table("Bridge").Rows.Single(row => row["name"].Text == name);

    public long? Number(string name) => Interface(name)["ofport"].Integer;

    public string? Error(string name) => Interface(name)["error"].Text;

    public static string Uuid(Row row) => $"""["uuid","{row.Id}"]""";

    /// <summary>Runs a transaction as a client does, with the count of configurations raised.</summary>
    public void Transact(string operations)
    {
        var next = $$"""{"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["next_cfg","+=",1]]}""";
        Execute($"[{operations},{next}]");
        Settle();
    }

    public void AddBridge(string name, string columns = "\"fail_mode\":\"secure\"") => Transact($$"""
        {"op":"insert","table":"Interface","uuid-name":"i","row":{"name":"{{name}}","type":"internal"} },
        {"op":"insert","table":"Port","uuid-name":"p","row":{"name":"{{name}}","interfaces":["named-uuid","i"]} },
        {"op":"insert","table":"Bridge","uuid-name":"b","row":{"name":"{{name}}","ports":["named-uuid","p"],{{columns}} } },
        {"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["bridges","insert",["named-uuid","b"]]]}
        """);

    public void AddPort(string bridge, string name, string columns = "\"type\":\"\"") => Transact(AddPortOperations(bridge, name, columns));

    public static string AddPortOperations(string bridge, string name, string columns) => $$"""
        {"op":"insert","table":"Interface","uuid-name":"i","row":{"name":"{{name}}",{{columns}} } },
        {"op":"insert","table":"Port","uuid-name":"p","row":{"name":"{{name}}","interfaces":["named-uuid","i"]} },
        {"op":"mutate","table":"Bridge","where":[["name","==","{{bridge}}"]],"mutations":[["ports","insert",["named-uuid","p"]]]}
        """;

    public void DeletePort(string bridge, string name) => Transact(
        $$"""
        {"op":"mutate","table":"Bridge","where":[["name","==","{{bridge}}"]],"mutations":[["ports","delete",{{Uuid(Port(name))}}]]}
        """);

    public void SetInterface(string name, string columns) => Transact(
        $$"""{"op":"update","table":"Interface","where":[["name","==","{{name}}"]],"row":{ {{columns}} } }""");

    public void Settle()
    {
        for (var i = 0; i < 10; i++)
        {
            if (Loop.TryReconcile(Vports, NowMs, out var round)) Loop.Confirm(round);
            if (!Loop.TryTakeWrite(out var operations)) return;
            Writes++;
            Execute(Encoding.UTF8.GetString(operations));
            Loop.Written(true);
        }

        Assert.Fail("the loop does not come to rest");
    }

    /// <summary>Leaves the loop where it is.</summary>
    public void Execute(string operations)
    {
        var result = Database.Execute(Encoding.UTF8.GetBytes(operations), default);
        Assert.True(result.Error is null, $"{result.Error}: {operations}");
        if (result.Commit is { } commit && Loop is not null) Loop.TakeChanges(commit.Changes);
    }
}
