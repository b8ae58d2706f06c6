using Fabric.Agent;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Forwarding.Tests;

public sealed class PatchTests : IDisposable
{
    private readonly Server _server = new();

    public PatchTests()
    {
        var agent = _server.Agent;
        Ok(agent.TryAddBridge(new BridgeSettings("br-ex", new MacAddress(0x0200_0000_0002)), 0, out var error), error);
        Ok(agent.RemovePort(Server.Bridge, "p6"), "p6 is there");
        Ok(agent.TryAddPort("br-ex", new PortSettings("p6", new OfpPort(1), new OdpPort(6)), out error), error);
        Ok(agent.TryAddPort(Server.Bridge, Patch("to-ex", 20, "to-int"), out error), error);
        Ok(agent.TryAddPort("br-ex", Patch("to-int", 2, "to-ex"), out error), error);
        _server.Rule("in_port=1,actions=20");
        _server.Rule("in_port=20,actions=2");
        Ok(agent.TryAddRule("br-ex", "in_port=2,actions=mod_vlan_vid:9,1", 0, out error), error);
        Ok(agent.TryAddRule("br-ex", "in_port=1,actions=2", 0, out error), error);
    }

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Frames_pass_from_one_bridge_to_the_other_and_are_counted_at_both_ends()
    {
        Assert.Equal("6:a>b[9]", _server.Ask(1, TestFrame.Of('a', 'b')));
        Assert.Equal("2:b>a", _server.Ask(6, TestFrame.Of('b', 'a')));
        _server.Run(2);
        for (var i = 0; i < 20; i++) _server.Send(1, TestFrame.Of('a', 'b'));
        Assert.True(_server.Nic.Counters.L1Frames >= 20, $"{_server.Nic.Counters.L1Frames}");
        _server.Run(300);
        var here = _server.Agent.FindBridge(Server.Bridge)!.FindPort("to-ex")!;
        var there = _server.Agent.FindBridge("br-ex")!.FindPort("to-int")!;
        Assert.Equal((22, 2_200, 2), (here.CreditedTxPackets, here.CreditedTxBytes, here.CreditedRxPackets));
        Assert.Equal((22, 2_200, 2), (there.CreditedRxPackets, there.CreditedRxBytes, there.CreditedTxPackets));
    }

    [Fact]
    public void A_mirror_of_the_other_bridge_copies_what_comes_through()
    {
        Ok(_server.Agent.RemovePort(Server.Bridge, "p5"), "p5 is there");
        Ok(_server.Agent.TryAddPort("br-ex", new PortSettings("p5", new OfpPort(5), new OdpPort(5)), out var error), error);
        Ok(_server.Agent.TrySetMirrors("br-ex", [new MirrorSettings("m") { SelectAll = true, OutputPort = "p5" }], out error), error);
        Assert.Equal("5:a>b[9] 6:a>b[9]", _server.Ask(1, TestFrame.Of('a', 'b')));
    }

    [Fact]
    public void A_peer_that_goes_ends_the_way_at_the_next_sweep()
    {
        Assert.Equal("6:a>b[9]", _server.Ask(1, TestFrame.Of('a', 'b')));
        Ok(_server.Agent.RemovePort("br-ex", "to-int"), "to-int is there");
        _server.Sweep();
        Assert.Equal("", _server.Ask(1, TestFrame.Of('a', 'b')));
    }

    private static PortSettings Patch(string name, ushort number, string peer) =>
        new(name, new OfpPort(number), OdpPort.None, AgentPortType.Patch) { Peer = peer };

    private static void Ok(bool ok, string? error) => Assert.True(ok, error);
}
