using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Cli.Render;

/// <summary>One sheet per kind of part.</summary>
internal static class InspectSheets
{
    public static Sheet Servers(IEnumerable<ServerState> servers)
    {
        var sheet = new Sheet("Servers", new("name", "name"), new("rack", "rack"), new("vtep", "vtep"), new("state", "state"),
            new("vms", "vms", true), new("L1", "l1", true), new("L2", "l2", true), new("L3", "l3", true), new("agent", "agent", true),
            new("flows", "flowsL3", true), new("offl.", "flowsOffloaded", true), new("rules", "rules", true), new("drops", "drops", true),
            new("imbal.", "imbalance", true));
        foreach (var s in servers)
            sheet.Add(s.Name, s.Rack, s.Vtep, Cell.OfState(s.State), s.Vms, s.Tiers.L1, s.Tiers.L2, s.Tiers.L3, s.Tiers.Agent,
                s.FlowsL3, s.FlowsOffloaded, s.Rules, Zero(DropsOf(s), Tone.Warn), Zero(s.Imbalance, Tone.Bad));
        return sheet;
    }

    /// <summary>What a model says, beside the frames it says it of.</summary>
    public static Sheet Costs(IEnumerable<ServerState> servers)
    {
        var sheet = new Sheet("Costs (modelled)", new("name", "name"), new("L1", "l1", true), new("L2", "l2", true), new("L3", "l3", true),
            new("agent", "agent", true), new("host cycles", "modelledHostCycles", true),
            new("saved", "modelledHostCyclesSaved", true), new("pps ceiling", "modelledPacketsPerSecond", true),
            new("latency ns", "modelledLatencyNs", true));
        foreach (var s in servers)
            sheet.Add(s.Name, s.Tiers.L1, s.Tiers.L2, s.Tiers.L3, s.Tiers.Agent, s.Modelled.HostCycles, s.Modelled.HostCyclesSaved,
                s.Modelled.PacketsPerSecond, s.Modelled.LatencyNs);
        return sheet;
    }

    public static Sheet Vms(IEnumerable<VmState> vms)
    {
        var sheet = new Sheet("VMs", new("name", "name"), new("overlay", "overlay"), new("server", "server"), new("vf", "vf"),
            new("mac", "mac"), new("addresses", "addresses"), new("state", "state"), new("rx", "rxFrames", true),
            new("tx", "txFrames", true), new("drops", "drops", true));
        foreach (var v in vms)
            sheet.Add(v.Name, v.Overlay, v.Server, v.Vf, v.Mac, new Cell(string.Join(" ", v.Addresses), string.Join(' ', v.Addresses)),
                Cell.OfState(v.State), v.RxFrames, v.TxFrames, Zero(v.Drops, Tone.Plain));
        return sheet;
    }

    public static Sheet Bridges(IEnumerable<BridgeState> bridges)
    {
        var sheet = new Sheet("Bridges", new("server", "server"), new("bridge", "bridge"), new("port", "port"), new("of", "ofPort", true),
            new("dp", "datapathPort", true), new("type", "type"), new("options", "options"));
        foreach (var b in bridges)
        {
            foreach (var p in b.Ports)
                sheet.Add(b.Server, b.Name, p.Name, $"{p.OfPort}", p.DatapathPort is { } port ? $"{port}" : new Cell("-", "", Tone.Dim),
                    p.Type,
                    p.Options);
        }
        return sheet;
    }

    public static Sheet Links(IEnumerable<LinkState> links)
    {
        var sheet = new Sheet("Tunnels", new("overlay", "overlay"), new("type", "type"), new("vni", "vni", true), new("server", "server"),
            new("vtep", "localVtep"), new("peer", "peer"), new("remote vtep", "remoteVtep"));
        foreach (var l in links)
            sheet.Add(l.Overlay, l.Type, new Cell(l.Vni.ToString(), l.Vni.ToString()), l.Server, l.LocalVtep, l.Peer, l.RemoteVtep);
        return sheet;
    }

    public static Sheet Health(IEnumerable<HealthState> lines)
    {
        var sheet = new Sheet("Health", new("server", "server"), new("verdict", "verdict"), new("subject", "subject"),
            new("detail", "detail"));
        foreach (var l in lines)
        {
            var tone = l.Verdict switch { "PASS" => Tone.Good, "WARN" => Tone.Warn, "FAIL" => Tone.Bad, _ => Tone.Dim };
            sheet.Add(l.Server, new Cell(l.Verdict, l.Verdict, tone), l.Subject, l.Detail);
        }

        return sheet;
    }

    public static Sheet Nodes(IEnumerable<NodeStatus> nodes)
    {
        var sheet = new Sheet("Nodes", new("address", "address"), new("api", "api"), new("state", "state"), new("servers", "servers"));
        foreach (var n in nodes)
            sheet.Add(Cell.OfNode(n.Address), new Cell(n.Api.TrimEnd('/'), n.Api), Cell.OfState(n.State),
                new Cell(string.Join(", ", n.Servers), string.Join(' ', n.Servers)));
        return sheet;
    }

    /// <summary>Frames that the fabric gave up. What a guest ignores, as every guest does with most broadcasts, is no loss; JSON has both,
    /// by reason.</summary>
    public static long DropsOf(ServerState server) =>
        server.Drops.Where(d => d.Key is not (nameof(DropReason.GuestNotMine) or nameof(DropReason.GuestUnwanted))).Sum(d => d.Value);

    private static Cell Zero(long count, Tone otherwise) => ((Cell)count).In(count == 0 ? Tone.Dim : otherwise);
}
