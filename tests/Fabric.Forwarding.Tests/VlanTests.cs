using Fabric.Agent;
using Fabric.Wire;

namespace Fabric.Forwarding.Tests;

public sealed class VlanTests : IDisposable
{
    private readonly Server _server = new();

    public VlanTests() => _server.Rule("actions=NORMAL");

    public void Dispose() => _server.Dispose();

    [Fact]
    public void Access_ports_talk_in_their_VLAN_alone_and_trunks_carry_what_they_list()
    {
        _server.Vlan(1, new VlanSettings { Tag = 10 });
        _server.Vlan(2, new VlanSettings { Tag = 10 });
        _server.Vlan(3, new VlanSettings { Tag = 20 });
        _server.Vlan(4, new VlanSettings { Trunks = [10, 20] });
        _server.Vlan(5, new VlanSettings { Trunks = [20] });
        _server.Vlan(6, new VlanSettings { Tag = 30 });
        Assert.Equal("2:a>b 4:a>b[10]", _server.Ask(1, TestFrame.Of('a', 'b')));
        Assert.Equal("", _server.Ask(1, TestFrame.Tagged('a', 'b', 10)));
        Assert.Equal("3:d>e 5:d>e[20p3]", _server.Ask(4, TestFrame.Tagged('d', 'e', 20, 3)));
        Assert.Equal("", _server.Ask(5, TestFrame.Tagged('f', 'g', 10)));
    }

    [Fact]
    public void A_native_VLAN_leaves_with_or_without_its_tag()
    {
        _server.Vlan(1, new VlanSettings { Tag = 10 });
        _server.Vlan(2, new VlanSettings { Mode = VlanMode.NativeTagged, Tag = 10 });
        _server.Vlan(3, new VlanSettings { Mode = VlanMode.NativeUntagged, Tag = 10 });
        foreach (var other in (uint[])[4, 5, 6]) _server.Vlan(other, new VlanSettings { Tag = 99 });
        Assert.Equal("2:a>b[10] 3:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
        Assert.Equal("1:c>d 2:c>d[10]", _server.Ask(3, TestFrame.Of('c', 'd')));
        Assert.Equal("3:e>f[7]", _server.Ask(2, TestFrame.Tagged('e', 'f', 7)));
    }

    [Fact]
    public void A_dot1q_tunnel_carries_a_customers_tags_inside_its_own()
    {
        _server.Vlan(1, new VlanSettings { Mode = VlanMode.Dot1qTunnel, Tag = 100 });
        _server.Vlan(2, new VlanSettings { Mode = VlanMode.Dot1qTunnel, Tag = 100, Cvlans = [7] });
        _server.Vlan(3, new VlanSettings { Trunks = [100] });
        foreach (var other in (uint[])[4, 5, 6]) _server.Vlan(other, new VlanSettings { Tag = 99 });
        Assert.Equal("2:a>b[7] 3:a>b[s100][7]", _server.Ask(1, TestFrame.Tagged('a', 'b', 7)));
        Assert.Equal("3:a>b[s100][8]", _server.Ask(1, TestFrame.Tagged('a', 'b', 8)));
        Assert.Equal("", _server.Ask(2, TestFrame.Tagged('c', 'b', 8)));
        Assert.Equal("1:d>e[7p2] 2:d>e[7p2]",
            _server.Ask(3, TestFrame.Of('d', 'e', 100, (EtherType.ServiceVlan, (ushort)100), (EtherType.Vlan, (ushort)(7 | 2 << 13)))));
    }

    [Fact]
    public void Priority_tags_keep_the_priority_of_a_frame_without_VLAN()
    {
        _server.Vlan(2, new VlanSettings { Tag = 10, PriorityTags = PriorityTags.IfNonzero });
        _server.Vlan(3, new VlanSettings { Tag = 10 });
        foreach (var other in (uint[])[4, 5, 6]) _server.Vlan(other, new VlanSettings { Tag = 99 });
        Assert.Equal("2:a>b[0p5] 3:a>b", _server.Ask(1, TestFrame.Tagged('a', 'b', 10, 5)));
        Assert.Equal("2:a>b 3:a>b", _server.Ask(1, TestFrame.Tagged('a', 'b', 10)));
    }

    [Fact]
    public void A_changed_VLAN_corrects_the_flows_of_the_NIC_at_the_next_sweep()
    {
        _server.Vlan(1, new VlanSettings { Tag = 10 });
        _server.Vlan(2, new VlanSettings { Tag = 10 });
        foreach (var other in (uint[])[3, 4, 5, 6]) _server.Vlan(other, new VlanSettings { Tag = 99 });
        Assert.Equal("2:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
        var l1 = _server.Nic.Counters.L1Frames + _server.Nic.Counters.L2Frames;
        Assert.True(l1 > 0, "the second frame of the flow was answered by the NIC");
        _server.Vlan(2, new VlanSettings { Tag = 20 });
        _server.Sweep();
        Assert.Equal("", _server.Ask(1, TestFrame.Of('a', 'b')));
    }

    [Fact]
    public void Protected_ports_do_not_hear_each_other_and_flooded_VLANs_are_not_learned()
    {
        _server.Change(1, p => p with { IsProtected = true });
        _server.Change(2, p => p with { IsProtected = true });
        Assert.Equal("3:a>b 4:a>b 5:a>b 6:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
        Assert.Equal("1:b>a", _server.Ask(3, TestFrame.Of('b', 'a')));
        var bridge = _server.Agent.FindBridge(Server.Bridge)!;
        Assert.True(_server.Agent.TryUpdateBridge(bridge.Settings with { FloodVlans = [0] }, _server.NowMs, out var error), error);
        _server.Sweep();
        Assert.Equal("1:b>a 2:b>a 4:b>a 5:b>a 6:b>a", _server.Ask(3, TestFrame.Of('b', 'a')));
    }

    [Fact]
    public void A_standalone_bridge_switches_and_a_secure_one_drops()
    {
        var bridge = _server.Agent.FindBridge(Server.Bridge)!;
        Assert.True(_server.Agent.TryUpdateBridge(bridge.Settings with { FailMode = FailMode.Standalone }, _server.NowMs, out _));
        Assert.Equal("2:a>b 3:a>b 4:a>b 5:a>b 6:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
        Assert.True(_server.Agent.TryUpdateBridge(bridge.Settings with { FailMode = FailMode.Secure }, _server.NowMs, out _));
        _server.Sweep();
        Assert.Equal("", _server.Ask(1, TestFrame.Of('a', 'b')));
    }
}
