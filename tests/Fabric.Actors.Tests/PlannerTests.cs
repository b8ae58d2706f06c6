using System.Net;
using Fabric.Actors.Protocol;

namespace Fabric.Actors.Tests;

public sealed class PlannerTests
{
    private const string WithPeer =
        """
        name: peered
        underlay: {mode: direct, subnet: 127.64.0.0/16, mtu: 1600}
        nics: {agilio: {vfs: 8}}
        servers: [{name: "server-{1..2}", nic: agilio}]
        overlays: [{name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}]
        vms: [{name: "a-{1..2}", overlay: blue, placement: spread}]
        peers: [{name: real, vtep: 192.0.2.7, overlay: blue, behind: [{mac: "02:00:00:00:00:42", ip: 10.1.0.66}]}]
        """;

    [Fact]
    public void The_quickstart_plans_know_every_other_end_of_their_overlays_and_nothing_else()
    {
        var topology = Plans.Load(Plans.Quickstart);
        foreach (var server in topology.Servers)
        {
            var plan = ServerPlanner.Plan(topology, server, 7);
            Assert.Equal((server.Name, 7L, server.Vtep.ToString()), (plan.Name, plan.Epoch, plan.Vtep));
            Assert.Equal(topology.VmsOn(server.Name).Select(vm => vm.Name), plan.Vms.Select(vm => vm.Name));
            Assert.Equal(["blue", "green"], plan.Overlays.Select(o => o.Name).Order());
            foreach (var overlay in plan.Overlays)
            {
                Assert.Equal(topology.Servers.Where(s => s.Name != server.Name).Select(s => s.Name), overlay.RemoteVteps.Select(v =>
                    v.Name));
                Assert.Equal(3, overlay.RemoteVms.Count);
                Assert.All(overlay.RemoteVms, vm => Assert.NotEqual(plan.Vtep, vm.Vtep));
            }

            Assert.Equal([.. plan.Vms.Select(vm => vm.Vf).Distinct()], plan.Vms.Select(vm => vm.Vf));
        }
    }

    [Fact]
    public void The_rules_of_every_plan_are_ones_that_the_bridge_takes()
    {
        foreach (var text in new[] { Plans.Quickstart, Plans.TwoServers, WithPeer })
        {
            var topology = Plans.Load(text);
            foreach (var server in topology.Servers)
            {
                var plan = ServerPlanner.Plan(topology, server, 1);
                var agent = AgentSetup.Build(plan, 0);
                var rules = OverlayProgram.Rules(plan);
                Assert.All(rules, rule => Assert.True(agent.TryAddRule(ServerPorts.Bridge, rule, 0, out var error), error));
                Assert.Equal(rules.Count, agent.Bridges.Single().Tables.RuleCount);
            }
        }
    }

    [Fact]
    public void What_came_out_of_a_tunnel_never_goes_back_into_one()
    {
        var topology = Plans.Load(WithPeer);
        var rules = OverlayProgram.Rules(Plans.Of(topology, "server-1"));
        var fromTunnel = rules.Where(r => r.StartsWith("table=20", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(fromTunnel);
        Assert.All(fromTunnel, r => Assert.DoesNotContain("tun_dst", r));
        Assert.All(rules.Where(r => r.Contains("in_port=1001", StringComparison.Ordinal)), r => Assert.Contains("resubmit(,20)", r));
    }

    [Fact]
    public void A_VM_enters_with_its_own_MAC_and_addresses_only()
    {
        var plan = Plans.Of(Plans.Load(Plans.TwoServers), "server-1");
        foreach (var vm in plan.Vms)
        {
            var enter = OverlayProgram.Rules(plan).Where(r => r.Contains($"in_port={ServerPorts.OfVf(vm.Vf)},",
                StringComparison.Ordinal)).ToList();
            Assert.All(enter.Where(r => !r.EndsWith("actions=drop", StringComparison.Ordinal)), r => Assert.Contains($"dl_src={vm.Mac}",
                r));
            foreach (var family in new[] { "ip", "arp", "ipv6" })
                Assert.Contains(enter, r => r.Contains($",{family},actions=drop", StringComparison.Ordinal));
            Assert.Contains(enter, r => r.Contains($"nw_src={vm.Addresses[0].Split('/')[0]},", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_foreign_peer_gets_floods_its_own_hosts_and_what_nobody_declared()
    {
        var plan = Plans.Of(Plans.Load(WithPeer), "server-1");
        var peer = plan.Overlays.Single().RemoteVteps.Single(v => v.IsForeign);
        Assert.Equal(("real", "192.0.2.7"), (peer.Name, peer.Address));
        var rules = OverlayProgram.Rules(plan).Where(r => r.StartsWith("table=10", StringComparison.Ordinal)).ToList();
        Assert.Contains(rules, r => r.Contains("dl_dst=02:00:00:00:00:42,", StringComparison.Ordinal) && r.Contains("192.0.2.7",
            StringComparison.Ordinal));
        Assert.Contains(rules, r => r.Contains("priority=90", StringComparison.Ordinal) && r.Contains("192.0.2.7",
            StringComparison.Ordinal));
        var unknown = rules.Single(r => r.Contains("priority=10,", StringComparison.Ordinal));
        Assert.Contains("192.0.2.7", unknown);
        Assert.DoesNotContain("127.64.0.2", unknown);
    }

    [Fact]
    public void VTEP_MACs_are_local_unicast_and_follow_from_the_address()
    {
        Assert.Equal("02:fb:7f:40:00:01", ServerPlanner.VtepMac(IPAddress.Parse("127.64.0.1")));
        Assert.Equal("02:fb:00:00:00:07", ServerPlanner.VtepMac(IPAddress.Parse("fd00::7")));
    }

    [Fact]
    public void A_bad_rule_is_an_error_at_its_line_and_column()
    {
        var text = Plans.TwoServers + "\n" +
            """
            ovs:
              server-1:
                flows:
                  br-int:
                    - "priority=300,ip,actions=drop"
                    - "priority=300,no_such_field=1,actions=drop"
            """;
        var error = Assert.Single(RuleCheck.Check(Plans.Load(text), "dc.yaml"));
        var line = Array.FindIndex(text.Split('\n'), l => l.Contains("no_such_field", StringComparison.Ordinal)) + 1;
        Assert.StartsWith($"dc.yaml:{line}:11:", error.ToString());
        Assert.Contains("no_such_field", error.ToString());
    }
}
