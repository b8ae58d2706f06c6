using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors.Tests;

/// <summary>The actors that live for one question.</summary>
public sealed class QuestionTests : FabricRig
{
    [Fact]
    public void All_answers_are_combined_in_the_order_of_the_questions()
    {
        var (first, second) = (CreateTestProbe("first"), CreateTestProbe("second"));
        var gatherer = Gather(list => string.Join('+', list), first, second);
        second.ExpectMsg<GetPartState>();
        second.Reply("b");
        first.ExpectMsg<GetPartState>();
        first.Reply("a");
        first.Send(gatherer, "too late");
        Assert.Equal("a+b", ExpectMsg<string>());
        ExpectTerminated(gatherer);
    }

    [Fact]
    public void A_part_that_stays_silent_makes_the_answer_a_refusal_that_names_it()
    {
        var (first, second) = (CreateTestProbe("first"), CreateTestProbe("second"));
        var gatherer = Gather(list => list.Count, first, second);
        first.ExpectMsg<GetPartState>();
        first.Reply("a");
        Advance(4_001);
        var refused = ExpectMsg<RequestRefused>();
        Assert.Equal((RequestFailure.Unavailable, "no answer from second"), (refused.Failure, refused.Reason));
        ExpectTerminated(gatherer);
    }

    [Fact]
    public void A_gatherer_that_fails_ends_and_does_not_ask_again()
    {
        var first = CreateTestProbe("first");
        var gatherer = Gather(_ => throw new InvalidOperationException("a fault that the test injects"), first);
        first.ExpectMsg<GetPartState>();
        first.Reply("a");
        ExpectTerminated(gatherer);
        first.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_flow_listing_that_gets_no_answer_is_refused_in_time()
    {
        var kernel = CreateTestProbe();
        var parts = new ServerParts(Plans.Of(Topology, "server-1")) { Kernel = kernel, Nic = CreateTestProbe(), Agent = CreateTestProbe() };
        Watch(Sys.ActorOf(FlowLister.Props("server-9", parts, new FlowsRequest("server-9"), TestActor, TimeSpan.FromSeconds(4)), "lister"));
        kernel.ExpectMsg<SyncStatistics>();
        Advance(4_001);
        Assert.Equal("server-9 did not list its flows in time", ExpectMsg<RequestRefused>().Reason);
        ExpectMsg<Terminated>();
    }

    [Fact]
    public void Flows_of_all_tiers_agree_and_the_limit_says_what_it_left_out()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        var flows = Flows("server-1").Flows;
        Assert.Equal(["l1", "l2", "l3", "openflow"], flows.Select(f => f.Tier).Distinct());
        var l2 = flows.Where(f => f.Tier == "l2").ToDictionary(f => f.Ufid!);
        foreach (var l3 in flows.Where(f => f.Tier == "l3"))
        {
            Assert.Equal("yes", l3.Offloaded);
            Assert.Equal((l3.Match, l3.Actions, l3.Packets, l3.Bytes), (l2[l3.Ufid!].Match, l2[l3.Ufid!].Actions, l2[l3.Ufid!].Packets,
                l2[l3.Ufid!].Bytes));
        }

        Assert.All(flows.Where(f => f is { Tier: "l1", Ufid: not null }), f => Assert.Contains(f.Ufid!, l2.Keys));
        Assert.All(Flows("server-1", "l3").Flows, f => Assert.Equal("l3", f.Tier));

        Servers["server-1"].Tell(new GetFlows(new FlowsRequest("server-1", Limit: 2)), TestActor);
        var few = Await<FlowsReply>(100);
        Assert.Equal((2, flows.Count - 2L), (few.Flows.Count, few.Truncated));
        AssertConserved();
    }

    private IActorRef Gather(Func<IReadOnlyList<object>, object> combine, params Akka.TestKit.TestProbe[] parts)
    {
        IReadOnlyList<Gatherer.Question> questions = [.. parts.Select(p => new Gatherer.Question(p, GetPartState.Instance))];
        var asker = TestActor;
        return Watch(Sys.ActorOf(Props.Create(() => new Gatherer(questions, combine, asker, TimeSpan.FromSeconds(4)))));
    }
}
