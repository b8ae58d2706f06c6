using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>
/// A configuration of two bridges written line by line, as <c>ovs-vsctl</c> would set it up, and what Open vSwitch answered to flows
/// through it.
/// </summary>
public sealed class TraceGroup
{
    public sealed record Case(TraceGroup Group, string Flow, bool IsDatapathFlow, string Actions, string Megaflow, string? Difference)
    {
        public override string ToString() => string.Join("\n", Group.Lines) + "\n  " + Flow;
    }

    private readonly Dictionary<string, uint> _odp = new() { ["br-int"] = 1, ["br-ex"] = 6 };

    public List<string> Lines { get; } = [];

    public List<Case> Cases { get; } = [];

    /// <summary>Bonds that hash by address: their member may be any, for OVS gives buckets away as they are first used.</summary>
    public Dictionary<string, string> HashedMembers { get; } = [];

    public static List<TraceGroup> Read(string path)
    {
        var groups = new List<TraceGroup>();
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "--")
            {
                groups.Add(new TraceGroup());
                continue;
            }

            var space = lines[i].IndexOf(' ');
            if (lines[i][..space] is not ("flow" or "dpflow"))
            {
                groups[^1].Lines.Add(lines[i]);
                continue;
            }

            var differs = i + 3 < lines.Length && lines[i + 3].StartsWith("  differs ", StringComparison.Ordinal) ? lines[i + 3] : null;
            groups[^1].Cases.Add(
                new Case(groups[^1], lines[i][(space + 1)..], space == 6, lines[i + 1].Trim(), lines[i + 2].Trim(), differs));
            i += differs is null ? 2 : 3;
        }

        return groups;
    }

    public string NameOf(string odp) => _odp.FirstOrDefault(p => p.Value.ToString() == odp) is { Key: not null } found ? found.Key : odp;

    public OvsAgent Make()
    {
        var agent = new OvsAgent();
        Ok(agent.TryAddBridge(new BridgeSettings("br-int", new MacAddress(0x0200_0000_0001), new OdpPort(1)), 0, out var error), error);
        Ok(agent.TryAddBridge(new BridgeSettings("br-ex", new MacAddress(0x0200_0000_0002), new OdpPort(6)), 0, out error), error);
        foreach (var line in Lines) Apply(agent, line.Split(' '), line);
        // OVS was asked after its LACP had given up waiting for a partner.
        for (var ms = 0; ms <= 8_000; ms += 500) agent.Tick(ms);
        return agent;
    }

    public FlowKey Key(Case c)
    {
        if (c.IsDatapathFlow)
        {
            var open = c.Flow.IndexOf('(') + 1;
            var close = c.Flow.IndexOf(')');
            var text = $"in_port({_odp[c.Flow[open..close]]}){c.Flow[(close + 1)..]}";
            Assert.True(FlowText.TryParse(text, out var key, out _, out var problem), problem);
            key.Normalize();
            return key;
        }

        var space = c.Flow.IndexOf(' ');
        var (bridge, flow) = (c.Flow[..space], c.Flow[(space + 1)..]);
        var comma = flow.IndexOf(',');
        return Bench.Key(Odp(bridge, flow["in_port=".Length..comma]), flow[(comma + 1)..]);
    }

    private static uint Odp(string bridge, string ofp) => (bridge == "br-int" ? 100u : 200u) + uint.Parse(ofp);

    private void Apply(OvsAgent agent, string[] words, string line)
    {
        string? error;
        switch (words[0])
        {
            case "port":
                AddPort(agent, words[1], words[2], words[3], words[4..]);
                break;
            case "bond":
                AddBond(agent, words);
                break;
            case "active":
                var bond = agent.FindBridge("br-int")!.FindBond(words[1])!;
                Assert.True(bond.TrySetActive(bond.FindMember(words[2])!));
                break;
            case "mirror":
                var mirrors = agent.FindBridge(words[1])!.Mirrors.Select(m => m.Settings);
                Ok(agent.TrySetMirrors(words[1], [.. mirrors, Mirror(words)], out error), error);
                break;
            case "bridge":
                var settings = agent.FindBridge(words[1])!.Settings;
                settings = words[2].Split('=') switch
                {
                    ["other-config:forward-bpdu", var value] => settings with { ForwardsBpdu = value == "true" },
                    ["flood_vlans", var value] => settings with { FloodVlans = Vlans(value) },
                    _ => throw new InvalidDataException(line),
                };
                Ok(agent.TryUpdateBridge(settings, 0, out error), error);
                break;
            case "rule":
                Ok(agent.TryAddRule(words[1], line.Split(' ', 3)[2], 0, out error), $"{line}: {error}");
                break;
            case "fdb":
                var bridge = agent.FindBridge(words[1])!;
                bridge.Macs.AddStatic(ushort.Parse(words[3]), MacAddress.Parse(words[4]), bridge.FindPort(words[2])!.Bundle.Number, 0);
                break;
            default:
                throw new InvalidDataException(line);
        }
    }

    private void AddPort(OvsAgent agent, string bridge, string name, string ofp, string[] options)
    {
        var peer = options.FirstOrDefault(o => o.StartsWith("if:options:peer=", StringComparison.Ordinal))?[16..];
        var odp = Odp(bridge, ofp);
        if (peer is null) _odp[name] = odp;
        var queues = options.Where(o => o.StartsWith("queue", StringComparison.Ordinal)).Select(o => o[5..].Split(':')).ToDictionary(
            q => uint.Parse(q[0]), q => new QueueSettings { Dscp = q[1].Length == 0 ? null : byte.Parse(q[1]) });
        var settings = new PortSettings(name, new(ushort.Parse(ofp)), peer is null ? new(odp) : OdpPort.None,
            peer is null ? AgentPortType.System : AgentPortType.Patch)
        {
            Peer = peer, Vlan = Vlan(options), IsProtected = options.Contains("protected=true"),
            Qos = queues.Count == 0 ? null : new QosSettings("linux-htb") { Queues = queues },
        };
        Ok(agent.TryAddPort(bridge, settings, out var error), error);
    }

    private void AddBond(OvsAgent agent, string[] words)
    {
        var members = words[3].Split(',').Select(m => m.Split('=')).ToArray();
        var mode = words[4]["bond_mode=".Length..];
        foreach (var member in members)
        {
            var settings = new PortSettings(member[0], new(ushort.Parse(member[1])), new(Odp(words[1], member[1])))
            {
                Mac = new MacAddress(0x0600_0000_0000 + ulong.Parse(member[1])),
            };
            Ok(agent.TryAddPort(words[1], settings, out var problem), problem);
            _odp[member[0]] = Odp(words[1], member[1]);
            if (mode == "balance-slb") HashedMembers[member[0]] = words[2];
        }

        Assert.True(BondSettings.TryParseMode(mode, out var bondMode));
        var bond = new BondSettings(words[2], [.. members.Select(m => m[0])])
        {
            Mode = bondMode, Vlan = Vlan(words[5..]), Lacp = words.Contains("lacp=active") ? LacpMode.Active : LacpMode.Off,
            HasLacpFallback = words.Contains("other_config:lacp-fallback-ab=true"),
        };
        Ok(agent.TrySetBond(words[1], bond, 0, out var error), error);
    }

    private static MirrorSettings Mirror(string[] words)
    {
        var mirror = new MirrorSettings(words[2]);
        foreach (var word in words[3..])
            mirror = word.Split('=') switch
            {
                ["select_all", "true"] => mirror with { SelectAll = true },
                ["select_src_port", var ports] => mirror with { SelectSourcePorts = ports.Split(',') },
                ["select_dst_port", var ports] => mirror with { SelectDestinationPorts = ports.Split(',') },
                ["select_vlan", var vlans] => mirror with { SelectVlans = Vlans(vlans) },
                ["output_port", var port] => mirror with { OutputPort = port },
                ["output_vlan", var vlan] => mirror with { OutputVlan = ushort.Parse(vlan) },
                ["snaplen", var size] => mirror with { SnapSize = ushort.Parse(size) },
                _ => throw new InvalidDataException(word),
            };
        return mirror;
    }

    private static VlanSettings Vlan(string[] options)
    {
        var vlan = VlanSettings.Default;
        foreach (var option in options)
            vlan = option.Split('=') switch
            {
                ["tag", var tag] => vlan with { Tag = ushort.Parse(tag) },
                ["trunks", var ids] => vlan with { Trunks = Vlans(ids) },
                ["cvlans", var ids] => vlan with { Cvlans = Vlans(ids) },
                ["vlan_mode", var mode] => vlan with { Mode = VlanSettings.TryParseMode(mode, out var parsed) ? parsed : null },
                ["other_config:priority-tags", "always"] => vlan with { PriorityTags = PriorityTags.Always },
                ["other_config:priority-tags", _] => vlan with { PriorityTags = PriorityTags.IfNonzero },
                ["other_config:qinq-ethtype", "802.1q"] => vlan with { QinqEthType = 0x8100 },
                _ => vlan,
            };
        return vlan;
    }

    private static VlanSet Vlans(string ids) => [.. ids.Split(',').Select(ushort.Parse)];

    private static void Ok(bool ok, string? error) => Assert.True(ok, error);
}
