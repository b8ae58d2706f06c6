using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>A switch like the one of which the expected texts were recorded, and its commands.</summary>
internal sealed class SwitchBench : ISwitchHost
{
    private readonly UnixctlRegistry _registry;

    public SwitchBench()
    {
        Context = new SwitchContext(Agent, new CountingDatapath(Datapath), this) { View = View() };
        _registry = SwitchCommands.Create(Context);
        Bridge("br0", 100);
        Bridge("br1", 101);
        Add("br0", new PortSettings("p1", new(1), new(1)));
        Add("br0", new PortSettings("p2", new(2), new(4)));
        Add("br0", new PortSettings("b1", new(21), new(5)) { Mac = MacAddress.Parse("aa:55:aa:55:00:12") });
        Add("br0", new PortSettings("b2", new(22), new(6)) { Mac = MacAddress.Parse("aa:55:aa:55:00:13") });
        Add("br0", new PortSettings("pa", new(5), OdpPort.None, AgentPortType.Patch) { Peer = "pb" });
        Add("br1", new PortSettings("pb", new(5), OdpPort.None, AgentPortType.Patch) { Peer = "pa" });
        Tunnel("vx0", 10, 4789, "vxlan", "remote_ip=192.0.2.2,key=42");
        Tunnel("gn0", 11, 6081, "geneve", "remote_ip=flow,key=flow");
        Tunnel("gre0", 12, 2, "gre", "remote_ip=192.0.2.3,local_ip=192.0.2.1,csum=true");
    }

    public OvsAgent Agent { get; } = new();

    public RecordingDatapath Datapath { get; } = new();

    public SwitchContext Context { get; }

    public long NowMs { get; set; } = 1000;

    public List<string> Host { get; } = [];

    /// <summary>Words apart by blanks; what a command said, its error marked.</summary>
    public string Run(string line)
    {
        var words = line.Split(' ');
        var reply = _registry.Run(words[0], words[1..], NowMs);
        return (reply.IsError ? "! " : "") + reply.Text;
    }

    public void Exit(bool cleanup) => Host.Add(cleanup ? "exit cleanup" : "exit");

    public void Reconnect(string? bridge) => Host.Add($"reconnect {bridge}");

    public string? ReopenLog() => null;

    public void CloseLog() => Host.Add("close");

    private static DatapathView View()
    {
        DatapathPortView Port(uint number, string name, string type, params KeyValuePair<string, string>[] options) =>
            new(new OdpPort(number), name, type) { Options = options };
        var ptap = new KeyValuePair<string, string>("packet_type", "ptap");
        return new DatapathView("system", "ovs-system")
        {
            IsUserspace = true, Missed = 2, FlowCount = 2,
            Ports =
            [
                Port(0, "ovs-system", "dummy-internal"),
                Port(1, "p1", "dummy") with { RxPackets = 1, RxBytes = 106, TxPackets = 1, TxBytes = 54 },
                Port(2, "gre_sys", "gre", ptap), Port(4, "p2", "dummy"), Port(5, "b1", "dummy"), Port(6, "b2", "dummy"),
                Port(100, "br0", "dummy-internal"), Port(101, "br1", "dummy-internal"),
                Port(4789, "vxlan_sys_4789", "vxlan", ptap), Port(6081, "genev_sys_6081", "geneve", ptap),
            ],
            Flows =
            [
                Flow("in_port(1),eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a),eth_type(0x0800),ipv4(tos=0/0x3,frag=no)", "4"),
                Flow("in_port(4),eth(src=50:54:00:00:00:0a,dst=50:54:00:00:00:09),eth_type(0x0800),ipv4(frag=no)", "1"),
            ],
        };
    }

    private static DatapathFlowView Flow(string match, string actions)
    {
        Assert.True(FlowText.TryParse("recirc_id(0),packet_type(ns=0,id=0)," + match, out var key, out var mask, out var error), error);
        Assert.True(DatapathActions.TryParse(actions, out var list, out error), error);
        return new DatapathFlowView { Ufid = Ufid.Of(ref key, ref mask), Key = key, Mask = mask, Actions = list };
    }

    private void Bridge(string name, uint odp) => Ok(Agent.TryAddBridge(
        new BridgeSettings(name, MacAddress.Parse("aa:55:aa:55:00:00"), new OdpPort(odp), FailMode.Standalone), 0, out var error), error);

    private void Add(string bridge, PortSettings settings) => Ok(Agent.TryAddPort(bridge, settings, out var error), error);

    private void Tunnel(string name, ushort number, uint odp, string type, string options)
    {
        Ok(TunnelSettings.TryParse(type, options, out var tunnel, out var error), error);
        Add("br0", new PortSettings(name, new(number), new(odp), AgentPortType.Tunnel) { Tunnel = tunnel });
    }

    private static void Ok(bool done, string? error) => Assert.True(done, error);
}
