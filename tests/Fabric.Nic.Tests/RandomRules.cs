using Fabric.Flow;
using F = Fabric.Flow.FlowFields;

namespace Fabric.Nic.Tests;

/// <summary>
/// A rule table in order of priority, and what an agent makes of it: the flow of a frame has the actions of the first rule that matches,
/// and a mask of every bit that was looked at until then. Flows may overlap, but where they do they agree.
/// </summary>
internal sealed class RandomRules
{
    private static readonly FlowField[] Fields =
    [
        F.InPort, F.EthDestination, F.EthSource, F.EthernetType, F.VlanTci, F.NwSource, F.NwDestination, F.NwProto, F.NwTtl, F.NwTos,
        F.NwFragment, F.TcpSource, F.TcpDestination, F.TcpFlags, F.Ipv6Source, F.Ipv6Destination, F.NdTarget, F.TunnelId, F.TunnelSource,
        F.TunnelTtl, F.ArpSourceHardware, F.InnerVlanTci, F.Mpls0,
    ];

    private const string Entunnel = "set(tunnel(tun_id=0x1388,src=10.9.0.1,dst=10.9.0.2,ttl=64,flags(df|key))),20";

    private readonly List<Rule> _rules = [];
    private readonly Random _random;
    private readonly Func<FlowKey> _keyOfSomeFrame;
    private int _lastId;

    public RandomRules(Random random, int count, Func<FlowKey> keyOfSomeFrame)
    {
        (_random, _keyOfSomeFrame) = (random, keyOfSomeFrame);
        for (var i = 0; i < count; i++) Insert();
    }

    public int Count => _rules.Count;

    /// <summary>Adds a rule that matches some frame, at a random place.</summary>
    public void Insert()
    {
        var (key, mask) = (_keyOfSomeFrame(), default(FlowMask));
        for (var fields = _random.Next(1, 4); fields > 0; fields--)
        {
            var field = Fields[_random.Next(Fields.Length)];
            var bits = FlowKey.MatchBytes(ref mask.Bits).Slice(field.Offset, field.WordSize);
            bits.Fill(0xff);
            if (_random.Next(3) == 0) bits[^1] = (byte)(0xff << _random.Next(8));
        }

        mask.Bits.Normalize();
        FlowMask.Apply(ref mask, ref key, out var masked);
        _rules.Insert(_random.Next(_rules.Count + 1), new Rule(++_lastId, masked, mask, Actions()));
    }

    /// <summary>Gives a random rule other actions, and returns its number.</summary>
    public int Modify(out DatapathActions actions)
    {
        var place = _random.Next(_rules.Count);
        _rules[place].Actions = actions = Actions();
        return _rules[place].Id;
    }

    /// <summary>Removes a random rule, and returns its number.</summary>
    public int Remove()
    {
        var place = _random.Next(_rules.Count);
        var id = _rules[place].Id;
        _rules.RemoveAt(place);
        return id;
    }

    /// <summary>The first rule that matches (0 when none does, which drops), and the flow for it.</summary>
    public int Translate(ref FlowKey key, out FlowMask mask, out DatapathActions actions)
    {
        mask = default;
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        mask.Bits.RecircId = uint.MaxValue;
        mask.Bits.EthType = ushort.MaxValue;
        foreach (var rule in _rules)
        {
            mask.Unite(ref rule.Mask);
            if (!FlowMask.Matches(ref rule.Mask, ref key, ref rule.Key)) continue;
            actions = rule.Actions;
            return rule.Id;
        }

        actions = DatapathActions.Drop;
        return 0;
    }

    private DatapathActions Actions()
    {
        var parts = new List<string>();
        for (var changes = _random.Next(3); changes > 0; changes--) parts.Add(Change());
        for (var outputs = _random.Next(8) switch { 0 => 0, < 6 => 1, 6 => 2, _ => 3 }; outputs > 0; outputs--)
        {
            parts.Add(Output());
            if (outputs > 1 && _random.Next(3) == 0) parts.Add(Change());
        }

        var text = parts.Count == 0 ? "drop" : string.Join(',', parts);
        Assert.True(DatapathActions.TryParse(text, out var actions, out var error), $"{text}: {error}");
        return actions;
    }

    private string Change() => _random.Next(9) switch
    {
        0 => $"push_vlan(vid={_random.Next(1, 4)},pcp={_random.Next(8)})",
        1 => "pop_vlan",
        2 => $"set(eth(src=02:00:00:00:01:{_random.Next(10, 99)},dst=02:00:00:00:02:{_random.Next(10, 99)}))",
        3 => $"set(ipv4(src=192.0.2.{_random.Next(200)},dst=192.0.2.{_random.Next(200)}))",
        4 => $"set(ipv4(ttl={_random.Next(2, 200)}))",
        5 => $"set(ipv6(dst=2001:db8::{_random.Next(1, 99)}))",
        6 => $"set(udp(src={_random.Next(1, 9_999)},dst={_random.Next(1, 9_999)}))",
        7 => $"set(tcp(dst={_random.Next(1, 9_999)}))",
        _ => $"push_mpls(label={_random.Next(16, 99)},tc=0,ttl=64,bos=1,eth_type=0x8847)",
    };

    /// <summary>Mostly what the NIC can do, also what it leaves to the host: the server's own port, the agent, a port it lacks.</summary>
    private string Output() => _random.Next(20) switch
    {
        < 11 => $"{_random.Next(1, 5)}",
        < 15 => Entunnel,
        15 => $"clone(set(eth(dst=02:00:00:00:03:{_random.Next(10, 99)})),{_random.Next(1, 5)}),{_random.Next(1, 5)}",
        16 => "10",
        17 => "0",
        18 => "userspace(pid=0,slow_path(action))",
        _ => "77",
    };

    private sealed class Rule
    {
        public readonly int Id;
        public FlowKey Key;
        public FlowMask Mask;
        public DatapathActions Actions;

        public Rule(int id, FlowKey key, FlowMask mask, DatapathActions actions) => (Id, Key, Mask, Actions) = (id, key, mask, actions);
    }
}
