using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>
/// Translations collected from Open vSwitch 3.1 (<c>ovs-vswitchd --enable-dummy=system</c>, <c>tnl_push_pop false</c>, so that it answers
/// like
/// one with a kernel datapath) by <c>ovs-appctl ofproto/trace</c>. Data/ovs-traces.txt has groups of rules, and for each flow the datapath
/// actions and the megaflow. Groups start with "--"; A "differs (what):" line names
/// what of ours does not equal it, with the reason.
/// </summary>
public class OvsTraceTests
{
    public sealed record Case(string[] Rules, string[] Macs, string Flow, string Actions, string Megaflow, string? Difference)
    {
        public override string ToString() => Flow;
    }

    public static IEnumerable<Case> Cases()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "ovs-traces.txt"));
        var (rules, macs) = (new List<string>(), new List<string>());
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "--") (rules, macs) = ([], []);
            else if (lines[i].StartsWith("rule ", StringComparison.Ordinal)) rules.Add(lines[i][5..]);
            else if (lines[i].StartsWith("fdb ", StringComparison.Ordinal)) macs.Add(lines[i][4..]);
            else if (lines[i].StartsWith("flow ", StringComparison.Ordinal))
            {
                var differs = i + 3 < lines.Length && lines[i + 3].StartsWith("  differs ", StringComparison.Ordinal) ? lines[i + 3] : null;
                yield return new Case([.. rules], [.. macs], lines[i][5..], lines[i + 1].Trim(), lines[i + 2].Trim(), differs);
            }
        }
    }

    [Fact]
    public void Actions_equal_those_of_OVS()
    {
        var cases = Cases().ToList();
        Assert.True(cases.Count >= 100, $"{cases.Count} cases");
        var failures = new List<string>();
        foreach (var c in cases)
        {
            var key = Key(c.Flow);
            var result = Make(c).Trace(ref key);
            var actions = ActionWords.Of(result.Actions);
            if (actions == c.Actions != (c.Difference?.Contains("(actions)", StringComparison.Ordinal) == true)) continue;
            failures.Add($"{string.Join(" ; ", c.Rules)}\n  {c.Flow}\n  OVS  {c.Actions}\n  ours {actions}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ\n" + string.Join("\n", failures));
    }

    [Fact]
    public void Megaflows_equal_those_of_OVS_but_for_the_differences_listed()
    {
        var failures = new List<string>();
        foreach (var c in Cases())
        {
            var key = Key(c.Flow);
            var trace = Make(c).Trace(ref key).Trace!;
            var megaflow = trace.Split('\n').Single(l => l.StartsWith("Megaflow: ", StringComparison.Ordinal))[10..];
            if (megaflow == c.Megaflow == (c.Difference?.Contains("(megaflow)", StringComparison.Ordinal) != true)) continue;
            failures.Add($"{string.Join(" ; ", c.Rules)}\n  {c.Flow}\n  OVS  {c.Megaflow}\n  ours {megaflow}"
                + $"{(c.Difference is null ? "" : " (listed as different)")}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ\n" + string.Join("\n", failures));
    }

    /// <summary>The bridges that the data was collected on, with OVS's port numbers.</summary>
    private static OvsAgent Make(Case c)
    {
        var agent = new OvsAgent();
        Ok(agent.TryAddBridge(new BridgeSettings("br-int", new MacAddress(0x0200_0000_0001), new OdpPort(1)), 0, out var error), error);
        Ok(agent.TryAddBridge(new BridgeSettings("br-ex", new MacAddress(0x0200_0000_0002), new OdpPort(6)), 0, out error), error);
        AddPorts(agent);
        foreach (var rule in c.Rules)
        {
            var space = rule.IndexOf(' ');
            Ok(agent.TryAddRule(rule[..space], rule[(space + 1)..], 0, out error), $"{rule}: {error}");
        }

        foreach (var mac in c.Macs)
        {
            var parts = mac.Split(' ');
            var bridge = agent.FindBridge("br-int")!;
            bridge.Macs.Learn(ushort.Parse(parts[1]), MacAddress.Parse(parts[2]), bridge.FindPort(parts[0])!.Number, 0);
        }

        return agent;
    }

    private static void AddPorts(OvsAgent agent)
    {
        void Add(string bridge, PortSettings settings) => Ok(agent.TryAddPort(bridge, settings, out var error), error);
        TunnelSettings Tunnel(string type, string options)
        {
            Ok(TunnelSettings.TryParse(type, options, out var settings, out var error), error);
            return settings!;
        }

        Add("br-int", new PortSettings("p1", new(1), new(2)));
        Add("br-int", new PortSettings("p2", new(2), new(3)) { Tag = 10 });
        Add("br-int", new PortSettings("p3", new(3), new(4)) { Trunks = [0, 10, 20] });
        Add("br-int", new PortSettings("p4", new(4), new(5)));
        Add("br-int", new PortSettings("t10", new(10), new(4789), AgentPortType.Tunnel) { Tunnel = Tunnel("vxlan",
            "remote_ip=192.0.2.2,key=5") });
        Add("br-int", new PortSettings("t11", new(11), new(4789), AgentPortType.Tunnel) { Tunnel = Tunnel("vxlan",
            "remote_ip=flow,key=flow") });
        Add("br-int", new PortSettings("t12", new(12), new(6081), AgentPortType.Tunnel)
        {
            Tunnel = Tunnel("geneve", "remote_ip=192.0.2.3,local_ip=192.0.2.1,key=7,tos=inherit,ttl=inherit"),
        });
        Add("br-int", new PortSettings("to-ex", new(20), OdpPort.None, AgentPortType.Patch) { Peer = "to-int" });
        Add("br-ex", new PortSettings("to-int", new(1), OdpPort.None, AgentPortType.Patch) { Peer = "to-ex" });
        Add("br-ex", new PortSettings("ex0", new(2), new(7)));
    }

    private static FlowKey Key(string flow)
    {
        Assert.True(RuleText.TryParse(flow + ",actions=drop", NoOpenFlowPorts.Instance, out var mod, out var error), error);
        var port = mod.Match.Value.InPort.Value;
        return Bench.Key(port switch { 10 or 11 => 4789, 12 => 6081, _ => port + 1u }, flow);
    }

    private static void Ok(bool ok, string? error) => Assert.True(ok, error);
}
