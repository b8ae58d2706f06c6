using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>What translations make of settings of the whole switch, and of ports that are none.</summary>
public class SwitchSettingsTests
{
    private const string A = "00:00:00:00:00:0a", B = "00:00:00:00:00:0b";
    private const string Packet = $"icmp,dl_src={A},dl_dst={B},nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64,icmp_type=8,icmp_code=0";

    [Fact]
    public void Behind_the_last_tag_that_is_looked_at_rules_see_the_type_of_the_next_and_nothing_else()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Rules("priority=2,dl_vlan=16,dl_type=0x8100,actions=2", "ip,actions=3");
        Assert.Equal("103", Translate(out _));
        var before = bench.Agent.Version;
        bench.Agent.VlanLimit = 1;
        Assert.NotEqual(before, bench.Agent.Version);
        Assert.Equal("102", Translate(out var mask));
        // T1: what was read is that there is a second tag, not which.
        Assert.Equal((0xffff, FlowKey.VlanPresent), (mask.Bits.InnerVlanTpid, mask.Bits.InnerVlanTci));
        Assert.True(mask.Bits.NwProto == 0 && mask.Bits.NwFragment == FragmentBits.None);

        string Translate(out FlowMask mask)
        {
            var key = Bench.Key(101, Packet);
            (key.VlanTci, key.VlanTpid) = (FlowKey.VlanPresent | 16, EtherType.Vlan);
            (key.InnerVlanTci, key.InnerVlanTpid) = (FlowKey.VlanPresent | 17, EtherType.Vlan);
            key.Normalize();
            var result = bench.Agent.Translate(ref key);
            mask = result.Mask;
            return result.Actions.ToString();
        }
    }

    [Fact]
    public void A_datapath_in_user_space_knows_queues_by_their_numbers()
    {
        var agent = new OvsAgent { HasPlainQueues = true };
        Assert.True(agent.TryAddBridge(new BridgeSettings("br0", new MacAddress(1), new OdpPort(100), FailMode.Secure), 0, out var error));
        var qos = new QosSettings("linux-htb")
        {
            Queues = new Dictionary<uint, QueueSettings> { [1] = new() { Dscp = 1 }, [2] = new() { Dscp = 2 } },
        };
        Assert.True(agent.TryAddPort("br0", new PortSettings("p1", new(1), new(1)) { Qos = qos }, out error), error);
        Assert.True(agent.TryAddPort("br0", new PortSettings("p9", new(9), new(9)), out error), error);
        Assert.True(agent.TryAddRule("br0", "actions=enqueue:1:2,enqueue:1:0", 0, out error), error);
        var key = Bench.Key(9, Packet);
        Assert.Equal("set(ipv4(tos=0x8/0xfc)),set(skb_priority(0x2)),1,set(ipv4(tos=0/0xfc)),set(skb_priority(0)),1",
            agent.Translate(ref key).Actions.ToString());
    }

    [Theory]
    [InlineData(100, "trunc(100),103,102")]
    [InlineData(0xffff, "103,102")]
    public void A_mirror_cuts_to_what_is_shorter_than_any_packet_can_be(int snapSize, string expected)
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Rules("in_port=1,actions=2");
        var mirror = new MirrorSettings("m") { SelectAll = true, OutputPort = "p3", SnapSize = (ushort)snapSize };
        Assert.True(bench.Agent.TrySetMirrors("br-int", [mirror], out var error), error);
        Assert.Equal(expected, bench.Translate(101, Packet).Actions.ToString());
    }

    [Fact]
    public void A_packet_of_a_controller_is_flooded_to_all_ports_and_teaches_nothing()
    {
        var bench = new Bench().Port(1).Port(2, tag: 5).Rules("actions=NORMAL");
        foreach (var port in (OfpPort[])[OfpPort.None, OfpPort.Controller])
        {
            var flow = new OpenFlowKey { Packet = Bench.Key(0, Packet), InPort = port };
            var text = bench.Agent.Trace(bench.Bridge, ref flow, TraceOptions.Default with { HasPacket = true }, bench.NowMs);
            Assert.EndsWith("Datapath actions: 101", text, StringComparison.Ordinal);
        }

        var unknown = new OpenFlowKey { Packet = Bench.Key(0, Packet), InPort = new OfpPort(77) };
        var dropped = bench.Agent.Trace(bench.Bridge, ref unknown, TraceOptions.Default, bench.NowMs);
        Assert.Contains("no input bundle, dropping", dropped, StringComparison.Ordinal);
        Assert.Equal(0, bench.Bridge.Macs.Count);
    }

    [Fact]
    public void Hosts_behind_a_port_that_is_gone_are_forgotten_by_the_bridges_beyond()
    {
        var bench = new Bench().Port(1).Port(2);
        Assert.True(bench.Agent.TryAddBridge(new BridgeSettings("br1", new MacAddress(2), null, FailMode.Secure), 0, out var error), error);
        var other = bench.Agent.FindBridge("br1")!;
        var (host, neighbour) = (MacAddress.Parse(A), MacAddress.Parse(B));
        bench.Bridge.Macs.Learn(0, host, new OfpPort(1), 0);
        bench.Bridge.Macs.Learn(0, neighbour, new OfpPort(2), 0);
        other.Macs.Learn(0, host, new OfpPort(4), 0);
        other.Macs.Learn(7, host, new OfpPort(4), 0);
        other.Macs.Learn(0, neighbour, new OfpPort(4), 0);
        Assert.True(bench.Agent.RemovePort("br-int", "p1"));
        Assert.Equal([(7, host), (0, neighbour)], other.Macs.Entries.Select(e => ((int)e.Vlan, e.Mac)));
    }

    [Fact]
    public void A_flow_whose_rule_to_learn_was_deleted_goes_so_that_the_next_packet_decides_who_learns()
    {
        var bench = new Bench().Port(1).Port(2).Rules("actions=learn(table=1,cookie=0x1,limit=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),2");
        bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        bench.Upcall(101, $"dl_src={B},dl_dst={A}");
        Assert.Equal("dl_dst=" + A, Learned());
        Assert.True(bench.Agent.TryDeleteRules("br-int", "table=1", strict: false, bench.NowMs, out var error), error);
        bench.Agent.Sweep(
            [.. bench.Datapath.Puts.Select(p => new FlowStatistics(p.Ufid, 0, 0, 0))], bench.NowMs, 1, bench.Datapath);
        Assert.Equal([FlowDeleteReason.AvoidCaching, FlowDeleteReason.AvoidCaching], bench.Datapath.Deletes.Select(d => d.Reason));
        bench.Upcall(101, $"dl_src={B},dl_dst={A}");
        bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        Assert.Equal("dl_dst=" + B, Learned());

        string Learned() => Assert.Single(bench.Bridge.Tables.Rules, r => r.Table == 1).Match.ToString();
    }

    [Fact]
    public void What_the_datapath_is_not_to_be_asked_for_is_done_otherwise()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Port(4).Rules("priority=1,ip,actions=clone(ct(commit),output:3),output:4",
            "priority=2,in_port=2,actions=check_pkt_larger(99)->NXM_NX_REG0[0],resubmit(,1)",
            "priority=2,in_port=3,actions=output(port=4,max_len=64)",
            "table=1,reg0=1,actions=3", "table=1,actions=4");
        var features = bench.Agent.Features;
        Assert.Equal("clone(ct(commit),103),104", Actions(101));
        Assert.Null(features.Set("clone", "false"));
        Assert.Equal("sample(sample=100.0%,actions(ct(commit),103)),104", Actions(101));
        Assert.Null(features.Set("sample_nesting", "2"));
        Assert.Equal("104", Actions(101));

        Assert.Equal("check_pkt_len(size=99,gt(103),le(104))", Actions(102));
        Assert.Null(features.Set("check_pkt_len", "false"));
        Assert.Equal(("104", true), (Actions(102), bench.Translate(102, Packet).IsSlow));
        // The upcall's packet has 100 bytes.
        Assert.Equal("103", bench.Upcall(102, Packet).Actions.ToString());

        Assert.False(bench.Translate(103, Packet).IsSlow);
        Assert.Null(features.Set("trunc", "false"));
        Assert.True(bench.Translate(103, Packet).IsSlow);

        string Actions(uint port) => bench.Translate(port, Packet).Actions.ToString();
    }

    [Fact]
    public void A_trace_tells_the_tunnel_id_that_a_rule_set_and_all_of_ICMPs_type()
    {
        var bench = new Bench().Port(1).Port(2).Rules("actions=load:6->NXM_NX_TUN_ID[],resubmit(,1)", "table=1,actions=debug_recirc,2");
        var key = Bench.Key(101, Packet);
        var first = bench.Agent.HandleUpcall(Frame(), ref key, UserspaceReason.Miss, bench.NowMs, bench.Datapath);
        Assert.Equal("recirc(0x1)", first.Actions.ToString());
        Assert.Contains("\nFinal flow: icmp,tun_id=0x6,", bench.Agent.Trace(ref key).Trace, StringComparison.Ordinal);
        key.RecircId = 1;
        var text = bench.Agent.Trace(ref key).Trace!;
        Assert.Contains("\nFinal flow: recirc_id=0x1,eth,icmp,tun_id=0x6,", text, StringComparison.Ordinal);
        Assert.EndsWith("icmp_type=8,icmp_code=0", text.Split('\n').First(l => l.StartsWith("Final", StringComparison.Ordinal)),
            StringComparison.Ordinal);

        var unknown = new OpenFlowKey { Packet = key };
        unknown.Packet.RecircId = 0x42;
        Assert.False(bench.Agent.TryFindInput(ref unknown, out _, out var error));
        Assert.Equal("no recirculation data for recirc_id 0x42", error);
    }

    private static Frame Frame()
    {
        Assert.True(new FramePool().TryRent(100, out var frame));
        return frame;
    }
}
