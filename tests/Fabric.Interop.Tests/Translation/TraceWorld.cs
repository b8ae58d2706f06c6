using System.Globalization;
using Fabric.Agent;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// The ports that every trace sees. On br0: p1 to p6 (p5 an access port of VLAN 10, p6 a trunk of 10 and 20), the tunnels vx (10, any
/// key to any address), vx2 (11, one key to one address) and gn (12, GENEVE), and a patch port (7) to br1, which has p9.
/// </summary>
internal static class TraceWorld
{
    public static readonly string[] Configuration =
    [
        "add-br br0 -- set bridge br0 other_config:hwaddr=aa:55:aa:55:00:00 fail_mode=secure "
            + "-- add-br br1 -- set bridge br1 other_config:hwaddr=aa:55:aa:55:00:01 fail_mode=secure",
        .. Enumerable.Range(1, 6).Select(n => $"add-port br0 p{n} {(n == 5 ? "tag=10" : n == 6 ? "trunks=10,20" : "")} "
            + $"-- set interface p{n} type=dummy ofport_request={n}"),
        "add-port br0 pa -- set interface pa type=patch options:peer=pb ofport_request=7 "
            + "-- add-port br1 pb -- set interface pb type=patch options:peer=pa ofport_request=1",
        "add-port br1 p9 -- set interface p9 type=dummy ofport_request=9",
        "add-port br0 vx -- set interface vx type=vxlan options:remote_ip=flow options:key=flow ofport_request=10",
        "add-port br0 vx2 -- set interface vx2 type=vxlan options:remote_ip=192.0.2.2 options:key=42 ofport_request=11",
        "add-port br0 gn -- set interface gn type=geneve options:remote_ip=flow options:key=flow ofport_request=12",
    ];

    public static OvsAgent MakeAgent()
    {
        var agent = new OvsAgent { HasPlainQueues = true };
        Bridge(agent, "br0", "aa:55:aa:55:00:00", 100);
        Bridge(agent, "br1", "aa:55:aa:55:00:01", 101);
        for (ushort n = 1; n <= 6; n++)
        {
            var settings = new PortSettings(string.Create(CultureInfo.InvariantCulture, $"p{n}"), new OfpPort(n), new OdpPort(n));
            if (n == 5) settings = settings with { Tag = 10 };
            if (n == 6) settings = settings with { Trunks = [10, 20] };
            Port(agent, "br0", settings);
        }

        Port(agent, "br0", new PortSettings("pa", new OfpPort(7), OdpPort.None, AgentPortType.Patch) { Peer = "pb" });
        Port(agent, "br1", new PortSettings("pb", new OfpPort(1), OdpPort.None, AgentPortType.Patch) { Peer = "pa" });
        Port(agent, "br1", new PortSettings("p9", new OfpPort(9), new OdpPort(9)));
        Tunnel(agent, "vx", 10, 4789, "vxlan", "remote_ip=flow,key=flow");
        Tunnel(agent, "vx2", 11, 4789, "vxlan", "remote_ip=192.0.2.2,key=42");
        Tunnel(agent, "gn", 12, 6081, "geneve", "remote_ip=flow,key=flow");
        return agent;
    }

    /// <summary>What the datapath of dummy devices shows of these ports.</summary>
    public static DatapathView View() => new("system", "ovs-system")
    {
        IsUserspace = true,
        Ports =
        [
            .. Enumerable.Range(1, 6).Append(9).Select(n => new DatapathPortView(new OdpPort((uint)n), $"p{n}", "dummy")),
            new(new OdpPort(100), "br0", "dummy-internal"), new(new OdpPort(101), "br1", "dummy-internal"),
            new(new OdpPort(4789), "vxlan_sys_4789", "vxlan"), new(new OdpPort(6081), "genev_sys_6081", "geneve"),
        ],
    };

    private static void Bridge(OvsAgent agent, string name, string address, uint odp) => Assert.True(agent.TryAddBridge(
        new BridgeSettings(name, MacAddress.Parse(address), new OdpPort(odp)), 0, out var error), error);

    private static void Port(OvsAgent agent, string bridge, PortSettings settings) =>
        Assert.True(agent.TryAddPort(bridge, settings, out var error), error);

    private static void Tunnel(OvsAgent agent, string name, ushort number, uint odp, string type, string options)
    {
        Assert.True(TunnelSettings.TryParse(type, options, out var tunnel, out var error), error);
        Port(agent, "br0", new PortSettings(name, new(number), new(odp), AgentPortType.Tunnel) { Tunnel = tunnel });
    }
}
