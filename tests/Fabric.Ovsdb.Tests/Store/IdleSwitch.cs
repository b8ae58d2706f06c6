using System.Globalization;
using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>A server's database as it is between changes: a bridge, its ports, and all that the agent writes back about them.</summary>
internal static class IdleSwitch
{
    public const int PortCount = 16;

    private static readonly string[] Counters =
    [
        "collisions", "rx_bytes", "rx_crc_err", "rx_dropped", "rx_errors", "rx_packets", "tx_bytes",
        "tx_dropped", "tx_errors", "tx_packets",
    ];

    public static Database Create(int seed)
    {
        var database = new Database(Schemas.Switch, new Random(seed));
        Run(database, """[{"op":"insert","table":"Open_vSwitch","row":{"ovs_version":"3.1.0","iface_types":["set",["gre","vxlan"]]}}]""");
        AddPort(database, 0, "internal", withBridge: true);
        for (int i = 1; i < PortCount; i++) AddPort(database, i, "vxlan", withBridge: false);
        return database;
    }

    /// <summary>What ovs-vsctl sends for add-port, without the waiting.</summary>
    public static string AddPortOperations(Database database, int number, string type, bool withBridge)
    {
        string next = """{"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["next_cfg","+=",1]]}""";
        string bridge = withBridge
            ? """
              {"op":"insert","table":"Bridge","uuid-name":"b","row":{"name":"br-int","ports":["named-uuid","p"]}},
              {"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["bridges","insert",["named-uuid","b"]]]}
              """
            : $$"""
              {"op":"mutate","table":"Bridge","where":[["_uuid","==",["uuid","{{database.Table("Bridge").Rows.First().Id}}"]]],
               "mutations":[["ports","insert",["named-uuid","p"]]]}
              """;
        return $$"""
            [{"op":"insert","table":"Interface","uuid-name":"i","row":{"name":"port{{number}}","type":"{{type}}",
               "options":["map",[["remote_ip","10.0.0.{{number % 250}}"],["key","{{number}}"]]],
               "external_ids":["map",[["fabric-vm","vm-{{number}}"],["iface-id","{{number}}"]]]} },
             {"op":"insert","table":"Port","uuid-name":"p","row":{"name":"port{{number}}","interfaces":["named-uuid","i"]} },
             {{bridge}},{{next}},{"op":"comment","comment":"ovs-vsctl add-port"}]
            """;
    }

    /// <summary>What the agent writes about an interface.</summary>
    public static string StatusOperations(Row port, int number)
    {
        string statistics = string.Join(',', Counters.Select(c =>
            string.Create(CultureInfo.InvariantCulture, $"[\"{c}\",{(number * 1000) + c.Length}]")));
        return $$"""
            [{"op":"update","table":"Interface","where":[["_uuid","==",["uuid","{{port.Id}}"]]],"row":{"ofport":{{number}},
               "mac_in_use":"0a:00:00:00:00:{{number % 90 + 10}}","admin_state":"up","link_state":"up",
               "link_resets":1,"mtu":1500,"ifindex":{{number}},
               "status":["map",[["driver_name","vf"]]],"statistics":["map",[{{statistics}}]]} }]
            """;
    }

    public static TransactResult Run(Database database, string operations)
    {
        TransactResult result = database.Execute(Encoding.UTF8.GetBytes(operations), default(TransactTerms));
        Assert.True(result.Error is null, $"{operations}\n{result.Error}");
        return result;
    }

    private static void AddPort(Database database, int number, string type, bool withBridge)
    {
        Run(database, AddPortOperations(database, number, type, withBridge));
        Row added = database.Table("Interface").Rows.Single(r => r["name"].Text == $"port{number}");
        Run(database, StatusOperations(added, number));
    }
}
