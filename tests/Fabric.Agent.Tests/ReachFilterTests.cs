using System.Globalization;

namespace Fabric.Agent.Tests;

/// <summary>Which changes a barrier waits for with so many flows that not all are compared: <see cref="PolicyFence"/>.</summary>
public sealed class ReachFilterTests
{
    private const string Hashing = "multipath(symmetric_l3l4+udp,1024,modulo_n,64,0,NXM_NX_REG0[])";

    private readonly Random _random = new(TestSeed.Value + 5);

    private readonly Bench _bench = new Bench().Port(1).Port(2).Port(3).Rules(
        "table=0,priority=1,actions=resubmit(,10)", "table=0,priority=2,in_port=3,actions=resubmit(,11)",
        $"table=10,priority=1,in_port=1,udp,actions={Hashing},output:2", "table=10,priority=1,in_port=2,ip,nw_src=10.0.0.0/20,actions=1",
        $"table=10,priority=1,in_port=1,udp6,actions={Hashing},output:2", $"table=11,priority=1,udp,actions={Hashing},output:1");

    private int _priority = 100;

    private PolicyFence Fence => _bench.Agent.Fence;

    private Revalidator Flows => _bench.Agent.Revalidator;

    [Fact]
    public void A_change_is_waited_for_exactly_when_a_comparison_with_every_flow_says_so_F2()
    {
        for (var i = 0; i < 400; i++) Send(AnyPort);
        Settle();
        var (concerned, count) = (0, 0);
        for (var round = 0; round < 600; round++)
        {
            for (var i = _random.Next(3); i > 0; i--) Send(AnyPort);
            if (_random.Next(40) == 0) Remove();
            if (_random.Next(100) == 0) _bench.Rules($"table=0,priority=2,in_port=3,actions=resubmit(,{_random.Next(10, 12)})");
            if (_random.Next(150) == 0) Settle();
            Change();
            var expected = Flows.Flows.Any(Fence.Concerns);
            Assert.True(expected == (Fence.Need() > 0), $"{TestSeed.Text}, round {round}: with every flow compared it is {expected}");
            count++;
            if (!expected) continue;
            concerned++;
            Settle();
        }

        Assert.True(Fence.FilteredCount > 50 && concerned > 20, $"{Fence.FilteredCount} filtered, {concerned} of {count} concerned");
    }

    [Fact]
    public void Flows_made_after_the_first_change_of_its_kind_are_known_too_F1()
    {
        for (var i = 0; i < 300; i++) Send(i % 2 == 0 ? 101u : 103);
        Settle();
        for (var i = 0; i < 5; i++)
        {
            _bench.Rules($"table=10,priority=50,udp,nw_dst=172.16.0.{i},actions=drop");
            Assert.Equal(0, Fence.Need());
        }

        Assert.True(Fence.FilteredCount >= 4, $"{Fence.FilteredCount} filtered");
        _bench.Upcall(101, "udp,nw_src=10.0.0.1,nw_dst=172.16.0.99,tp_src=5,tp_dst=6");
        _bench.Rules("table=10,priority=50,udp,nw_dst=172.16.0.99,actions=drop");
        Assert.NotEqual(0, Fence.Need());
    }

    [Fact]
    public void Flows_that_come_to_a_table_only_after_a_change_are_known_there_F1()
    {
        for (var i = 0; i < 300; i++) Send(i % 2 == 0 ? 101u : 103);
        var ufid = Made("udp,nw_src=10.0.0.1,nw_dst=172.16.0.99,tp_src=5,tp_dst=6");
        Settle();
        for (var i = 0; i < 5; i++)
        {
            _bench.Rules($"table=10,priority=50,udp,nw_dst=172.16.0.{i},actions=drop");
            Assert.Equal(0, Fence.Need());
        }

        // From table 11 to table 10, where the filter of table 10 has not seen it.
        _bench.Rules("table=0,priority=2,in_port=3,actions=resubmit(,10)", "table=10,priority=1,in_port=3,udp,actions=" + Hashing + ",1");
        Settle();
        Assert.NotNull(Flows.Find(ufid));
        _bench.Rules("table=10,priority=50,udp,nw_dst=172.16.0.99,actions=drop");
        Assert.NotEqual(0, Fence.Need());

        Flow.Ufid Made(string packet)
        {
            _bench.Upcall(103, packet);
            return _bench.Datapath.Puts[^1].Ufid;
        }
    }

    /// <summary>A sweep of all flows, and its confirmation.</summary>
    private void Settle()
    {
        FlowStatistics[] dump = [.. Flows.Flows.Select(f => new FlowStatistics(f.Ufid, 0, 0, _bench.NowMs))];
        _bench.Agent.Sweep(dump, _bench.NowMs, durationMs: 1, _bench.Datapath);
        foreach (var (ufid, _) in _bench.Datapath.Deletes) Flows.FlowRemoved(new FlowStatistics(ufid, 0, 0, 0));
        _bench.Datapath.Deletes.Clear();
        if (Fence.Corrected() is { } round) Fence.Confirmed(round);
        Assert.Equal(0, Fence.Need());
    }

    /// <summary>Flows of port 102 leave open what other rules ask.</summary>
    private uint AnyPort => (uint)_random.Next(101, 104);

    private void Send(uint port)
    {
        var ports = Text($"tp_src={_random.Next(1, 20)},tp_dst={_random.Next(1, 50)}");
        _bench.Upcall(port, _random.Next(4) == 0
            ? Text($"udp6,ipv6_src=fd00::{_random.Next(20)},ipv6_dst=fd00::{_random.Next(20)},{ports}")
            : Text($"udp,nw_src=10.0.{_random.Next(32)}.{_random.Next(64)},nw_dst=10.0.{_random.Next(4)}.{_random.Next(64)},{ports}"));
    }

    private void Remove()
    {
        foreach (var flow in Flows.Flows.Where(_ => _random.Next(20) == 0).ToArray())
            Flows.FlowRemoved(new FlowStatistics(flow.Ufid, 0, 0, 0));
    }

    private void Change()
    {
        var match = _random.Next(6) switch
        {
            0 => Text($"udp,nw_dst=10.0.{_random.Next(16)}.{_random.Next(256)}"),
            1 => Text($"ip,nw_src=10.0.{_random.Next(64)}.0/24"),
            2 => Text($"udp,tp_dst={_random.Next(1, 400)}"),
            3 => Text($"udp6,ipv6_dst=fd00::{_random.Next(200)}"),
            4 => Text($"udp,nw_src=10.0.{_random.Next(32)}.{_random.Next(256)},tp_src={_random.Next(1, 40)}"),
            _ => Text($"ip,nw_src=10.9.{_random.Next(64)}.0/{_random.Next(16, 25)}"),
        };
        _bench.Rules(Text($"table={_random.Next(10, 13)},priority={_priority++ % 3_000},{match},actions=drop"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
