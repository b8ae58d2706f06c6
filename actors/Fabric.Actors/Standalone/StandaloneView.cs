using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Ovsdb;
using Fabric.Tunnels;

namespace Fabric.Actors;

/// <summary>What a <see cref="StandaloneSwitch"/> shows: a datapath in the looks of OVS's userspace one.</summary>
internal static class StandaloneView
{
    public static DatapathView Of(StandaloneSwitch made, long nowMs, bool withConnections)
    {
        var datapath = made.Datapath;
        var statistics = datapath.Statistics;
        var type = TypeOf(made);
        return new DatapathView(type, "ovs-" + type)
        {
            IsUserspace = true, Hit = statistics.Hit, Missed = statistics.Missed, Lost = statistics.Lost, FlowCount = statistics.FlowCount,
            Ports =
            [
                new DatapathPortView(new OdpPort(0), "ovs-" + type, "dummy-internal"),
                .. datapath.Ports.All.OrderBy(p => p.Number.Value).Select(p => Port(p, made)),
            ],
            Conntrack = withConnections ? DatapathViews.Connections(datapath, nowMs) : null,
            Flows =
            [
                .. datapath.Flows.Select(f =>
                    DatapathViews.Flow(datapath, f, nowMs, isUserspace: true, made.Journal?.PacketOf(f.Ufid))),
            ],
        };
    }

    /// <summary>As in <c>dummy@ovs-dummy</c>.</summary>
    public static string NameOf(StandaloneSwitch made) => $"{TypeOf(made)}@ovs-{TypeOf(made)}";

    public static DatapathPortView Port(DatapathPort port, DummyDevice device) => new(port.Number, port.Name, device.Type)
    {
        RxPackets = device.RxPackets, RxBytes = device.RxBytes, TxPackets = device.TxPackets, TxBytes = device.TxBytes,
    };

    private static string TypeOf(StandaloneSwitch made) =>
        made.Loop.Database.Rows("Bridge").Values.Select(TypeOf).FirstOrDefault(t => t.Length > 0) ?? "system";

    private static string TypeOf(Row bridge) => bridge["datapath_type"] is { Count: 1 } value ? value.Keys[0].AsString : "";

    private static DatapathPortView Port(DatapathPort port, StandaloneSwitch made)
    {
        if (made.Host.Find(port.Name) is { } device) return Port(port, device);
        var tunnel = made.Datapath.Tunnels.TryGetPort(port.Number, out var found) ? found.Type : TunnelType.Vxlan;
        var type = tunnel switch { TunnelType.Geneve => "geneve", TunnelType.Nvgre => "gre", _ => "vxlan" };
        return new DatapathPortView(port.Number, port.Name, type)
        {
            Options = [new("packet_type", "ptap")], RxPackets = port.RxPackets, RxBytes = port.RxBytes, TxPackets = port.TxPackets,
            TxBytes = port.TxBytes,
        };
    }
}
