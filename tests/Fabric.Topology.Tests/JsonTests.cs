using System.Text.Json;

namespace Fabric.Topology.Tests;

/// <summary>Property T4.</summary>
public sealed class JsonTests
{
    private static readonly FabricTopology Rich = Load.Valid("""
        name: rich
        nics: {small: {vfs: 4, eviction: lru, eswitch: legacy, ports: [100M]}}
        servers:
          - {name: s1, nic: small, vtep: 10.9.0.1, rack: a, offload: "off"}
          - {name: s2}
        overlays:
          - {name: o, type: geneve, vni: 7, subnet: [10.0.0.0/8, "fd00::/64"], macPrefix: "06:00:01"}
        peers:
          - {name: p, overlay: o, vtep: 10.9.0.2, behind: [{mac: "06:00:00:00:00:01", ip: [10.0.0.9, "fd00::9"]}]}
        vms:
          - {name: v, overlay: o, server: s2, mac: "06:00:00:00:00:02", ip: "fd00::5", vf: {trust: on, vlan: 7, maxRate: 1G}}
        ovs: {s1: {flows: {br-int: ["arp,actions=NORMAL"]}}}
        validate:
          - {pingall: {overlay: o, within: 2s}}
          - {offloaded: {server: s1, share: "< 5%"}}
        """);

    [Fact]
    public void What_was_written_is_read_back()
    {
        foreach (var topology in new[] { Rich, Load.Valid(Repository.Quickstart) })
        {
            string json = TopologyJson.Write(topology);
            var back = TopologyJson.Read(json);
            Assert.Equal(json, TopologyJson.Write(back));
            Assert.Equal(topology.Servers, back.Servers);
            Assert.Equal(topology.Overlays, back.Overlays);
            Assert.Equal(topology.Vms, back.Vms);
            Assert.Equal(topology.Underlay, back.Underlay);
            Assert.Equal(topology.Checks[^1], back.Checks[^1]);
        }

        var read = TopologyJson.Read(TopologyJson.Write(Rich));
        Assert.Equal("arp,actions=NORMAL", read.Rules[0].Rules[0].Text);
        Assert.Equal(["10.0.0.9", "fd00::9"], read.Peers[0].Behind[0].Addresses.Select(a => a.ToString()));
        Assert.Equal([100_000_000L], read.FindNic("small")!.PortBitsPerSecond);
        Assert.Equal(new Comparison(ComparisonOperator.Less, 0.05), Assert.IsType<OffloadedCheck>(read.Checks[1]).Share);
    }

    [Fact]
    public void A_comment_or_a_moved_rule_is_no_difference_but_an_address_is()
    {
        string text = Repository.Quickstart;
        var original = Load.Valid(text);
        Assert.True(TopologyJson.AreEqual(original, Load.Valid("# moved\n" + text)));
        Assert.False(TopologyJson.AreEqual(original, Load.Valid(text.Replace("vni: 5000", "vni: 5001"))));
    }

    [Fact]
    public void Foreign_json_is_refused()
    {
        Assert.Throws<JsonException>(() => TopologyJson.Read("null"));
        Assert.Throws<JsonException>(() => TopologyJson.Read("""{"name":"x","unknown":1}"""));
        string broken = TopologyJson.Write(Rich).Replace("10.9.0.1", "10.9.0");
        Assert.Throws<JsonException>(() => TopologyJson.Read(broken));
    }
}
