using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>An agent with one bridge, and keys written as matches: what the tests stand on.</summary>
public sealed class Bench
{
    private readonly FramePool _pool = new();

    public Bench(FailMode failMode = FailMode.Secure)
    {
        Assert.True(Agent.TryAddBridge(new BridgeSettings("br-int", new MacAddress(0x0200_0000_0001), null, failMode), 0, out var error),
            error);
    }

    public OvsAgent Agent { get; } = new();

    public RecordingDatapath Datapath { get; } = new();

    public long NowMs { get; set; } = 1000;

    public AgentBridge Bridge => Agent.FindBridge("br-int")!;

    public static ushort UdpPortOf(string type) => type == "geneve" ? (ushort)6081 : (ushort)4789;

    /// <summary>Port n of the bridge is datapath port n + 100.</summary>
    public Bench Port(ushort number, ushort? tag = null, ushort[]? trunks = null, bool noFlood = false)
    {
        var settings = new PortSettings($"p{number}", new OfpPort(number), new OdpPort(number + 100u))
        {
            Tag = tag, Trunks = trunks is null ? null : [.. trunks], NoFlood = noFlood,
        };
        Assert.True(Agent.TryAddPort("br-int", settings, out var error), error);
        return this;
    }

    /// <summary>A tunnel port; all share datapath port 4789 or 6081.</summary>
    public Bench Tunnel(ushort number, string options, string type = "vxlan")
    {
        Assert.True(TunnelSettings.TryParse(type, options, out var tunnel, out var error), error);
        var settings = new PortSettings($"t{number}", new OfpPort(number), new OdpPort(UdpPortOf(type)),
            AgentPortType.Tunnel) { Tunnel = tunnel };
        Assert.True(Agent.TryAddPort("br-int", settings, out error), error);
        return this;
    }

    public Bench Rules(params string[] rules)
    {
        foreach (var rule in rules) Assert.True(Agent.TryAddRule("br-int", rule, NowMs, out var error), $"{rule}: {error}");
        return this;
    }

    /// <summary>A packet that came in by datapath port <paramref name="odp"/>, described as a match is.</summary>
    public static FlowKey Key(uint odp, string match)
    {
        Assert.True(RuleText.TryParse(match + ",actions=drop", NoOpenFlowPorts.Instance, out var mod, out var error), error);
        var key = mod.Match.Value.Packet;
        key.InPort = new OdpPort(odp);
        if (key.VlanTci != 0) key.VlanTpid = 0x8100;
        // In a match, "later" is one bit; a packet that is a later fragment is also a fragment.
        if ((key.NwFragment & FragmentBits.Later) != 0) key.NwFragment |= FragmentBits.Any;
        key.Normalize();
        return key;
    }

    public XlateResult Translate(uint odp, string match)
    {
        var key = Key(odp, match);
        return Agent.Translate(ref key);
    }

    /// <summary>Actions as text, short: outputs by number, sets by their group.</summary>
    public string Actions(uint odp, string match) => ActionWords.Of(Translate(odp, match).Actions);

    public XlateResult Upcall(uint odp, string match, UserspaceReason reason = UserspaceReason.Miss)
    {
        var key = Key(odp, match);
        Assert.True(_pool.TryRent(100, out var frame));
        return Agent.HandleUpcall(frame, ref key, reason, NowMs, Datapath);
    }
}
