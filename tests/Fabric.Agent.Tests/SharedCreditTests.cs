namespace Fabric.Agent.Tests;

/// <summary>Flows that go the same way keep together what they are credited by, and each still credits its own.</summary>
public class SharedCreditTests
{
    private const string Copy = "move:NXM_OF_TCP_SRC[]->NXM_NX_REG0[0..15]";
    private const string Packet = "tcp,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64";

    private readonly Bench _bench = new Bench().Port(1).Port(2);

    private InstalledFlow Install(int source, int destination = 80)
    {
        _bench.Upcall(101, $"{Packet},tp_src={source},tp_dst={destination}");
        return _bench.Agent.Revalidator.Find(_bench.Datapath.Puts[^1].Ufid)!;
    }

    [Fact]
    public void Flows_of_the_same_rules_share_and_are_counted_each()
    {
        _bench.Rules($"tcp,tp_dst=80,actions={Copy},resubmit(,1)", "tcp,tp_dst=81,actions=2", "table=1,tcp,actions=2");
        var (one, other, third) = (Install(1), Install(2), Install(3, 81));
        Assert.NotEqual(one.Ufid, other.Ufid);
        Assert.Same(one.Cache, other.Cache);
        Assert.NotSame(one.Cache, third.Cache);

        var dump = new[] { new FlowStatistics(one.Ufid, 5, 500, 1), new FlowStatistics(other.Ufid, 7, 700, 1) };
        _bench.Agent.Sweep(dump, _bench.NowMs, 10, _bench.Datapath);
        var rules = _bench.Agent.DumpRules("br-int", _bench.NowMs);
        Assert.Equal(2, rules.Count(rule => rule.Contains("n_packets=14,", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rules_changed_in_between_are_not_mixed_up()
    {
        _bench.Rules($"tcp,actions={Copy},2");
        var before = Install(1);
        Assert.True(_bench.Agent.TryDeleteRules("br-int", "tcp", strict: false, _bench.NowMs, out _));
        _bench.Rules($"tcp,actions={Copy},2");
        Assert.NotSame(before.Cache, Install(2).Cache);
    }

    [Fact]
    public void What_a_flow_learns_is_its_own()
    {
        _bench.Rules($"tcp,actions=learn(table=1,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[]),{Copy},2");
        Assert.NotSame(Install(1).Cache, Install(2).Cache);
    }
}
