using Fabric.Agent;

namespace Fabric.Forwarding.Tests;

public sealed class MirrorTests : IDisposable
{
    private readonly Server _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void A_frame_is_copied_once_however_often_a_mirror_selects_it()
    {
        _server.Rule("in_port=1,actions=2");
        _server.Mirrors(new MirrorSettings("m") { SelectAll = true, OutputPort = "p6" });
        Assert.Equal("2:a>b 6:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
    }

    [Fact]
    public void Copies_of_received_and_of_sent_frames_show_them_as_they_were_there()
    {
        _server.Rule("in_port=1,actions=mod_vlan_vid:7,output:2");
        _server.Mirrors(new MirrorSettings("in") { SelectSourcePorts = ["p1"], OutputPort = "p5" },
            new MirrorSettings("out") { SelectDestinationPorts = ["p2"], OutputPort = "p6" });
        Assert.Equal("2:a>b[7] 5:a>b 6:a>b[7]", _server.Ask(1, TestFrame.Of('a', 'b')));
        Assert.Equal("", _server.Ask(2, TestFrame.Of('b', 'a')));
    }

    [Fact]
    public void The_port_of_a_mirror_gets_copies_alone_and_what_it_sends_is_dropped()
    {
        _server.Rule("actions=NORMAL");
        _server.Mirrors(new MirrorSettings("m") { SelectSourcePorts = ["p1"], OutputPort = "p6" });
        Assert.Equal("1:c>* 2:c>* 4:c>* 5:c>*", _server.Ask(3, TestFrame.Of('c', '*')));
        Assert.Equal("", _server.Ask(6, TestFrame.Of('f', '*')));
        Assert.Equal("2:a>* 3:a>* 4:a>* 5:a>* 6:a>*", _server.Ask(1, TestFrame.Of('a', '*')));
    }

    [Fact]
    public void Copies_to_a_VLAN_carry_its_tag_through_every_port_that_has_it()
    {
        _server.Rule("in_port=1,actions=2");
        _server.Vlan(3, new VlanSettings { Tag = 50 });
        _server.Vlan(4, new VlanSettings { Trunks = [50] });
        _server.Vlan(5, new VlanSettings { Trunks = [51] });
        _server.Vlan(6, new VlanSettings { Tag = 51 });
        _server.Mirrors(new MirrorSettings("m") { SelectSourcePorts = ["p1"], OutputVlan = 50 });
        Assert.Equal("1:a>b[50] 2:a>b 2:a>b[50] 3:a>b 4:a>b[50]", _server.Ask(1, TestFrame.Of('a', 'b')));
    }

    [Fact]
    public void Only_the_VLANs_selected_are_copied()
    {
        _server.Rule("in_port=1,actions=2");
        _server.Mirrors(new MirrorSettings("m") { SelectAll = true, SelectVlans = [10], OutputPort = "p6" });
        Assert.Equal("2:a>b[10] 6:a>b[10]", _server.Ask(1, TestFrame.Tagged('a', 'b', 10)));
        Assert.Equal("2:a>b[11]", _server.Ask(1, TestFrame.Tagged('a', 'b', 11)));
    }

    [Fact]
    public void Snaplen_cuts_the_copy_and_leaves_the_frame()
    {
        _server.Rule("in_port=1,actions=2");
        _server.Mirrors(new MirrorSettings("m") { SelectAll = true, SnapSize = 64, OutputPort = "p6" });
        Assert.Equal("2:a>b 6:a>b(64)", _server.Ask(1, TestFrame.Of('a', 'b')));
    }

    [Fact]
    public void Statistics_count_the_copies_of_offloaded_flows_too()
    {
        _server.Rule("in_port=1,actions=2");
        _server.Mirrors(new MirrorSettings("m") { SelectAll = true, OutputPort = "p6" });
        _server.Send(1, TestFrame.Of('a', 'b'));
        _server.Run(2);
        for (var i = 1; i < 50; i++) _server.Send(1, TestFrame.Of('a', 'b'));
        Assert.True(_server.Nic.Counters.L1Frames > 40, $"L1 answered {_server.Nic.Counters.L1Frames}");
        _server.Run(300);
        var mirror = Assert.Single(_server.Agent.FindBridge(Server.Bridge)!.Mirrors);
        Assert.Equal((50, 5_000), (mirror.TxPackets, mirror.TxBytes));
    }

    [Fact]
    public void A_mirror_that_goes_ends_the_copies()
    {
        _server.Rule("in_port=1,actions=2");
        _server.Mirrors(new MirrorSettings("m") { SelectAll = true, OutputPort = "p6" });
        Assert.Equal("2:a>b 6:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
        _server.Mirrors();
        _server.Sweep();
        Assert.Equal("2:a>b", _server.Ask(1, TestFrame.Of('a', 'b')));
    }
}
