using Fabric.Agent;

namespace Fabric.Forwarding.Tests;

public sealed class BondTests : IDisposable
{
    private readonly Server _server = new();

    public BondTests()
    {
        _server.Rule("actions=NORMAL");
        foreach (var other in (uint[])[4, 5, 6]) _server.Vlan(other, new VlanSettings { Tag = 99 });
    }

    public void Dispose() => _server.Dispose();

    private AgentBond Bond => _server.Agent.FindBridge(Server.Bridge)!.FindBond("b0")!;

    [Fact]
    public void An_active_backup_bond_uses_one_member_and_moves_at_once_when_its_link_goes()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]));
        Assert.Equal("1:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
        Assert.Equal("", _server.Ask(2, TestFrame.Of('x', 'c')));
        _server.SetLink(1, false);
        _server.Sweep();
        Assert.Equal("p2", Bond.Active!.Port.Name);
        Assert.Equal("2:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
        Assert.Equal("3:x>c", _server.Ask(2, TestFrame.Of('x', 'c')));
        _server.SetLink(1, true);
        _server.Sweep();
        Assert.Equal("2:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
    }

    [Fact]
    public void The_world_is_told_where_hosts_are_after_a_failover()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]));
        _server.IsTeaching = true;
        _server.Run(200);
        _server.Vlan(4, new VlanSettings { Tag = 7 });
        _server.Send(3, TestFrame.Of('c', '*'));
        _server.Send(4, TestFrame.Of('d', '*'));
        _server.Take();
        _server.SetLink(1, false);
        _server.Sweep();
        _server.Run(1);
        // As OVS 3.1 sends it (captured), but for the host's address.
        const string captured = "FFFFFFFFFFFF00000000000A810000078035000108000604000300000000000A0000000000000000000A00000000";
        var tagged = Convert.ToHexString(Assert.Single(_server.Delivered, d => d.Bytes.Length == 46).Bytes);
        Assert.Equal(captured, tagged.Replace("060000000064", "00000000000A", StringComparison.Ordinal));
        Assert.Equal("2:c>*(42) 2:d>*[7](46)", _server.Take());
        var told = _server.OwnPackets;
        _server.Run(500);
        Assert.Equal(told, _server.OwnPackets);
    }

    [Fact]
    public void A_primary_is_preferred_whenever_its_link_is_up()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { Primary = "p2" });
        Assert.Equal("2:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
        _server.SetLink(2, false);
        _server.Sweep();
        Assert.Equal("1:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
        _server.SetLink(2, true);
        _server.Sweep();
        Assert.Equal("2:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
    }

    [Fact]
    public void Delays_hold_back_what_a_link_says_but_not_when_no_member_is_left_B3()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { UpDelayMs = 500, DownDelayMs = 300 });
        Assert.True(Bond.Members.Count(m => m.IsEnabled) == 1, "the first member is taken without its updelay, the other waits");
        _server.Run(600);
        Assert.All(Bond.Members, m => Assert.True(m.IsEnabled));
        var active = Bond.Active!;
        var vf = active.Port.Number.Value;
        _server.SetLink(vf, false);
        _server.Run(200);
        Assert.True(active.IsEnabled, "200 of 300 ms down");
        _server.SetLink(vf, true);
        _server.Run(400);
        Assert.Same(active, Bond.Active);
        _server.SetLink(vf, false);
        _server.Run(400);
        Assert.False(active.IsEnabled);
        Assert.NotSame(active, Bond.Active);
        _server.SetLink(vf, true);
        _server.Run(400);
        Assert.False(active.IsEnabled, "400 of 500 ms up");
        _server.Run(200);
        Assert.True(active.IsEnabled);
    }

    [Fact]
    public void Balance_slb_spreads_sources_over_the_members_and_each_keeps_its_own_B2()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { Mode = BondMode.BalanceSlb });
        var ways = new Dictionary<char, string>();
        for (var host = 'A'; host <= 'Z'; host++) ways[host] = _server.Ask(3, TestFrame.Of(host, 'x'))[..1];
        Assert.InRange(ways.Values.Count(w => w == "1"), 5, 21);
        foreach (var (host, way) in ways) Assert.Equal(way, _server.Ask(3, TestFrame.Of(host, 'x'))[..1]);
        _server.SetLink(1, false);
        _server.Sweep();
        foreach (var host in ways.Keys) Assert.Equal($"2:{host}>x", _server.Ask(3, TestFrame.Of(host, 'x')));
    }

    [Fact]
    public void A_frame_that_comes_back_by_another_member_is_not_taken_for_a_new_one()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { Mode = BondMode.BalanceSlb });
        Assert.Equal(":c>*", _server.Ask(3, TestFrame.Of('c', '*'))[1..]);
        Assert.Equal("", _server.Ask(1, TestFrame.Of('c', '*')));
        Assert.Equal("", _server.Ask(2, TestFrame.Of('c', '*')));
        Assert.Equal("", _server.Ask(2, TestFrame.Of('c', 'd')));
    }

    [Fact]
    public void Reflected_announcements_do_not_move_a_host_until_the_lock_is_over()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { Mode = BondMode.BalanceSlb });
        _server.Send(3, TestFrame.Announcement('c'));
        _server.Take();
        var active = (uint)Bond.Active!.Port.Number.Value;
        _server.Send(active, TestFrame.Announcement('c'));
        Assert.Equal("", _server.Take());
        Assert.Equal("3:x>c", _server.Ask(active, TestFrame.Of('x', 'c')));
        _server.Run(5_100);
        // Cached flows do not know of time; the entry that said "locked" is translated anew once the flow is gone.
        _server.Agent.Revalidator.Purge(_server.Direct);
        _server.Run(10);
        _server.Send(active, TestFrame.Announcement('c'));
        Assert.Equal("3:c>*(60)", _server.Take());
        Assert.Equal("", _server.Ask(active, TestFrame.Of('x', 'c')));
    }

    [Fact]
    public void Load_is_shifted_from_the_busy_member_to_the_idle_one()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { Mode = BondMode.BalanceSlb, RebalanceIntervalMs = 1_000 });
        var hosts = Enumerable.Range('A', 40).Select(h => (char)h).Where(h => _server.Ask(3, TestFrame.Of(h, 'x'))[0] == '1').Take(4);
        var busy = hosts.ToArray();
        for (var i = 0; i < 200; i++)
            foreach (var host in busy) _server.Send(3, TestFrame.Of(host, 'x', 1400));
        _server.Take();
        _server.Run(1_500);
        var ways = busy.Select(h => _server.Ask(3, TestFrame.Of(h, 'x'))[0]).ToArray();
        Assert.Equal(2, ways.Count(w => w == '2'));
    }

    [Fact]
    public void Balance_tcp_without_a_partner_sends_nothing()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]) { Mode = BondMode.BalanceTcp, Lacp = LacpMode.Active });
        Assert.Equal("", _server.Ask(3, TestFrame.Of('c', 'x')));
        _server.Run(5_000);
        Assert.Equal("", _server.Ask(3, TestFrame.Of('c', 'x')));
    }

    [Fact]
    public void A_port_that_leaves_a_bond_is_a_port_of_its_own_again()
    {
        _server.Bond(new BondSettings("b0", ["p1", "p2"]));
        Assert.True(_server.Agent.RemoveBond(Server.Bridge, "b0"));
        Assert.Equal("1:c>x 2:c>x", _server.Ask(3, TestFrame.Of('c', 'x')));
    }
}
