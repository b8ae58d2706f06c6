using Fabric.Flow;

namespace Fabric.Agent.Tests;

/// <summary>What a barrier waits for, and what it does not: <see cref="PolicyFence"/>.</summary>
public sealed class PolicyFenceTests
{
    private const string Tcp = "tcp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=5,tp_dst=80";
    private const string Other = "tcp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.3,nw_dst=10.0.0.4,tp_src=5,tp_dst=80";

    private readonly Bench _bench = new Bench().Port(1).Port(2).Port(3).Rules(
        "table=0,priority=1,actions=resubmit(,10)", "table=10,priority=1,in_port=1,tcp,tp_dst=80,actions=2");

    private PolicyFence Fence => _bench.Agent.Fence;

    /// <summary>Nothing is unknown any more, and all that was changed is in force.</summary>
    private void Settle()
    {
        Sweep();
        if (Fence.Corrected() is { } round) Fence.Confirmed(round);
        Assert.Equal(0, Fence.Need());
    }

    /// <summary>As the agent's actor sweeps for a waiter: with the datapath's flows, or without some that are on their way to it.</summary>
    private void Sweep(params Ufid[] missing)
    {
        FlowStatistics[] dump =
            [.. _bench.Agent.Revalidator.Flows.Where(f => !missing.Contains(f.Ufid)).Select(f => new FlowStatistics(f.Ufid, 0, 0, 0))];
        _bench.Agent.Revalidator.BeginSweep(dump.Length, _bench.Datapath);
        _bench.Agent.Revalidator.Judge(dump, _bench.NowMs, _bench.Datapath, Fence.Concerns);
        _bench.Agent.Revalidator.JudgeUndumped(_bench.NowMs, _bench.Datapath, Fence.Concerns);
    }

    private Ufid Install(string packet)
    {
        _bench.Upcall(101, packet);
        return _bench.Datapath.Puts[^1].Ufid;
    }

    private void Delete(string rule) =>
        Assert.True(_bench.Agent.TryDeleteRules("br-int", rule, strict: false, _bench.NowMs, out var error), error);

    [Fact]
    public void Before_the_first_sweep_flows_of_an_earlier_agent_may_be_there_F4()
    {
        Assert.Equal(1, Fence.Need());
        Assert.True(Fence.WantsCorrection);
        Assert.Equal(1, Fence.Corrected());
        Assert.False(Fence.WantsCorrection);
        Assert.Equal(0, Fence.InForce);
        Fence.Confirmed(1);
        Assert.Equal((1, 0), (Fence.InForce, Fence.Need()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Flows_that_are_forgotten_before_anybody_said_that_they_are_gone_may_still_be_there_F1(bool isDeleted)
    {
        Install(Tcp);
        Settle();
        if (isDeleted) _bench.Agent.Revalidator.Purge(_bench.Datapath);
        for (var sweep = 0; sweep < 3; sweep++) _bench.Agent.Sweep([], _bench.NowMs, 1, _bench.Datapath);
        Assert.Equal((0, 0), (_bench.Agent.Revalidator.FlowCount, _bench.Agent.Revalidator.LeavingCount));
        _bench.Rules("table=10,priority=9,tcp,tp_dst=80,actions=drop");
        var round = Fence.Need();
        Assert.NotEqual(0, round);
        Assert.Equal(round, Fence.Corrected());
        Fence.Confirmed(round);
        Assert.Equal(0, Fence.Need());
    }

    [Fact]
    public void What_is_confirmed_to_an_agent_before_is_no_word_on_rounds_of_this_one_F5()
    {
        var (before, fence) = (new OvsAgent(life: 1 << 20).Fence, new OvsAgent(life: 2 << 20).Fence);
        for (var round = 1; round <= 3; round++)
        {
            // Each takes over flows that it does not know.
            before.DatapathLost();
            Assert.NotEqual(0, before.Need());
            Assert.NotNull(before.Corrected());
        }

        var mine = fence.Need();
        Assert.Equal(mine, fence.Corrected());
        fence.Confirmed(before.Corrected() ?? before.Need());
        Assert.True(fence.IsAwaited);
        fence.Confirmed(mine);
        Assert.False(fence.IsAwaited);
    }

    [Fact]
    public void Without_flows_every_change_is_in_force_at_once_F2()
    {
        Settle();
        _bench.Rules("table=10,priority=9,tcp,actions=drop");
        Assert.Equal(0, Fence.Need());
        Assert.False(Fence.WantsCorrection);
    }

    [Theory]
    [InlineData("table=11,priority=9,actions=drop", false)]
    [InlineData("table=10,priority=9,tcp,tp_dst=81,actions=drop", false)]
    [InlineData("table=10,priority=9,udp,actions=drop", false)]
    [InlineData("table=10,priority=9,arp,actions=drop", false)]
    [InlineData("table=10,priority=9,ipv6,actions=drop", false)]
    [InlineData("table=10,priority=9,tcp,tp_dst=80,actions=drop", true)]
    [InlineData("table=10,priority=9,tcp,tp_src=7,actions=drop", true)]
    [InlineData("table=10,priority=9,ip,nw_src=9.9.9.9,actions=drop", true)]
    [InlineData("table=10,priority=9,in_port=3,actions=drop", true)]
    [InlineData("table=10,priority=9,reg0=5,actions=drop", true)]
    [InlineData("table=0,priority=9,metadata=5,actions=drop", true)]
    [InlineData("table=10,priority=0,actions=drop", true)]
    public void A_rule_concerns_flows_that_come_to_its_table_with_headers_it_may_match_F2(string rule, bool concerns)
    {
        Install(Tcp);
        Settle();
        _bench.Rules(rule);
        Assert.Equal(concerns ? 2 : 0, Fence.Need());
        Assert.Equal(concerns, Fence.WantsCorrection);
    }

    [Fact]
    public void Headers_that_were_rewritten_before_the_table_tell_nothing()
    {
        _bench.Rules("table=0,priority=5,in_port=1,tcp,actions=set_field:99->tcp_dst,resubmit(,10)");
        Install(Tcp);
        Settle();
        _bench.Rules("table=10,priority=9,tcp,tp_dst=99,actions=3");
        Assert.Equal(2, Fence.Need());
    }

    [Fact]
    public void A_flow_is_corrected_and_those_not_concerned_are_left_for_the_sweep_that_comes_anyway_F1()
    {
        _bench.Rules("table=10,priority=5,in_port=1,tcp,nw_dst=10.0.0.2,tp_dst=80,actions=3");
        var (ufid, other) = (Install(Tcp), Install(Other));
        Settle();
        Delete("table=10,tcp,nw_dst=10.0.0.2");
        Assert.Equal(2, Fence.Need());
        Sweep();
        Assert.Equal(ufid, Assert.Single(_bench.Datapath.Modifies).Ufid);
        Assert.NotEqual(ufid, other);
        Assert.Equal(2, Fence.Corrected());
        Assert.Equal(1, Fence.InForce);
        Fence.Confirmed(2);
        Assert.Equal((2, 0), (Fence.InForce, Fence.Need()));
    }

    [Fact]
    public void A_flow_that_is_on_its_way_to_the_datapath_is_corrected_too_F1()
    {
        var ufid = Install(Tcp);
        Settle();
        _bench.Rules("table=10,priority=1,in_port=1,tcp,tp_dst=80,actions=3");
        Fence.Need();
        Sweep(missing: ufid);
        Assert.Equal(ufid, Assert.Single(_bench.Datapath.Modifies).Ufid);
    }

    [Fact]
    public void A_flow_that_is_deleted_and_not_yet_gone_concerns_a_barrier()
    {
        var ufid = Install(Tcp);
        Settle();
        _bench.Agent.Revalidator.Purge(_bench.Datapath);
        _bench.Rules("table=10,priority=9,tcp,actions=drop");
        Assert.Equal(2, Fence.Need());
        _bench.Agent.Revalidator.FlowRemoved(new FlowStatistics(ufid, 0, 0, 0));
        Fence.Confirmed(Fence.Corrected()!.Value);
        _bench.Rules("table=10,priority=9,udp,actions=drop");
        Assert.Equal(0, Fence.Need());
    }

    [Fact]
    public void Many_barriers_share_one_round_and_those_after_the_correction_only_wait_for_its_confirmation_F3()
    {
        Install(Tcp);
        Settle();
        for (var i = 0; i < 300; i++)
        {
            _bench.Rules($"table=10,priority={9 + i},tcp,actions=drop");
            Assert.Equal(2, Fence.Need());
        }

        Sweep();
        Assert.Equal(2, Fence.Corrected());
        Assert.Equal(2, Fence.Need());
        Assert.False(Fence.WantsCorrection);
        _bench.Rules("table=10,priority=8000,tcp,actions=3");
        Assert.Equal(3, Fence.Need());
        Fence.Confirmed(2);
        Assert.Equal(2, Fence.InForce);
        Assert.True(Fence.IsAwaited);
    }

    [Fact]
    public void Groups_and_ports_concern_every_flow()
    {
        Install(Tcp);
        Settle();
        Assert.True(_bench.Bridge.Tables.Groups.TryApply(new Fabric.OpenFlow.GroupMod { GroupId = 1 }, 0, out _));
        Assert.Equal(2, Fence.Need());
    }

    [Fact]
    public void A_datapath_that_starts_anew_owes_another_round_for_those_who_wait()
    {
        Install(Tcp);
        Settle();
        _bench.Rules("table=10,priority=9,tcp,actions=drop");
        var round = Fence.Need();
        Sweep();
        Fence.Corrected();
        Fence.DatapathLost();
        _bench.Agent.Revalidator.DatapathLost();
        Assert.True(Fence.WantsCorrection);
        var again = Fence.Corrected()!.Value;
        Assert.True(again > round);
        Fence.Confirmed(again);
        Assert.False(Fence.IsAwaited);
    }

    [Fact]
    public void Nobody_waits_for_sweeps_that_an_operator_holds()
    {
        Install(Tcp);
        Settle();
        _bench.Rules("table=10,priority=9,tcp,actions=drop");
        Fence.Need();
        _bench.Agent.Revalidator.IsPaused = true;
        Fence.LetGo();
        Assert.False(Fence.IsAwaited);
        Assert.False(Fence.WantsCorrection);
        _bench.Rules("table=10,priority=10,tcp,actions=drop");
        Assert.Equal(0, Fence.Need());
    }
}
