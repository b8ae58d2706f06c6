using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Fabric.Actors.Protocol;
using Fabric.Ovsdb;

namespace Fabric.Actors.Tests;

/// <summary>Servers whose databases are read and written as an operator does.</summary>
public abstract class DatabaseRig : FabricRig
{
    private long _cookie = 1_000;

    private protected DatabaseRig(string topology = Plans.TwoServers)
        : base(topology)
    {
    }

    private protected ActorSelection Ovsdb(string server) => Sys.ActorSelection(Servers[server].Path / "ovsdb");

    /// <summary>All rows of a table as they are now.</summary>
    private protected IReadOnlyList<Row> Rows(string server, string table)
    {
        var asker = CreateTestProbe();
        Ovsdb(server).Tell(new SubscribeDatabase(), asker);
        var snapshot = (DatabaseSnapshot)asker.FishForMessage(message => message is DatabaseSnapshot);
        Sys.Stop(asker);
        return snapshot.Rows.GetValueOrDefault(table) ?? [];
    }

    private protected Row Row(string server, string table, string name) =>
        Assert.Single(Rows(server, table), row => row["name"].Text == name);

    private protected Row Root(string server) => Assert.Single(Rows(server, "Open_vSwitch"));

    /// <summary>Runs a transaction and waits, as <c>ovs-vsctl</c> does, until the switch has followed.</summary>
    private protected void Transact(string server, string operations)
    {
        var asker = CreateTestProbe();
        var next = """{"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["next_cfg","+=",1]]}""";
        Ovsdb(server).Tell(new WriteDatabase(Encoding.UTF8.GetBytes($"[{operations},{next}]"), ++_cookie), asker);
        Assert.Null(asker.ExpectMsg<DatabaseWritten>().Error);
        AwaitFollowed(server);
    }

    private protected void AwaitFollowed(string server) => AwaitAssert(() =>
    {
        Advance(1);
        var root = Root(server);
        Assert.Equal(root["next_cfg"], root["cur_cfg"]);
    });

    private protected void AddPort(string server, string bridge, string name, string columns) => Transact(server, $$"""
        {"op":"insert","table":"Interface","uuid-name":"i","row":{"name":"{{name}}",{{columns}} } },
        {"op":"insert","table":"Port","uuid-name":"p","row":{"name":"{{name}}","interfaces":["named-uuid","i"]} },
        {"op":"mutate","table":"Bridge","where":[["name","==","{{bridge}}"]],"mutations":[["ports","insert",["named-uuid","p"]]]}
        """);

    private protected void DeletePort(string server, string bridge, string name)
    {
        var port = Row(server, "Port", name);
        Transact(server, $$"""
            {"op":"mutate","table":"Bridge","where":[["name","==","{{bridge}}"]],
             "mutations":[["ports","delete",["uuid","{{port.Id}}"]]]}
            """);
    }

    private protected BridgeState Bridge(string server, string name) => Report(server).Bridges.Single(bridge => bridge.Name == name);
}
