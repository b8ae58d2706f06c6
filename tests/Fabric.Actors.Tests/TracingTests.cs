using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

public sealed class TracingTests : FabricRig
{
    [Fact]
    public void The_first_pings_of_a_flow_are_answered_by_the_agent_then_L2_then_L1()
    {
        StartBoth();
        var tiers = new List<string>();
        for (var sequence = 1; sequence <= 4; sequence++)
        {
            var (reply, steps) = Traced("a-1", "10.1.0.2", (uint)sequence << 8, forget: sequence == 1);
            Assert.Equal(1, reply.Received);
            // The marked address resolution makes the echo an answer of the second generation.
            var echo = reply.ResolutionUs is null ? 0 : 2;
            foreach (var server in new[] { "server-1", "server-2" })
                tiers.Add(steps.Last(s => s.Generation == echo && s.Server == server && s.Tier.Length > 0).Tier);
        }

        Assert.Equal(["agent", "agent", "L2", "L2", "L1", "L1", "L1", "L1"], tiers);
        AssertConserved();
    }

    [Fact]
    public void A_mark_survives_the_tunnel_and_its_answer_is_one_generation_on()
    {
        StartBoth();
        AssertPings("b-1", "fd00:6::2");
        var (_, steps) = Traced("b-1", "fd00:6::2", 0x700, forget: false);
        Assert.Contains(steps, s => s is { Generation: 0, Server: "server-2", Part: "phy", What: "received" });
        Assert.Contains(steps, s => s is { Generation: 0, Server: "server-2", What: TraceWords.Delivered });
        Assert.Contains(steps, s => s is { Generation: 1, Server: "server-2", What: "sent" });
        Assert.Contains(steps, s => s is { Generation: 1, Server: "server-1", What: TraceWords.Delivered });
        AssertConserved();
    }

    [Fact]
    public void An_unmarked_ping_leaves_no_trace()
    {
        StartBoth();
        Node.Tracer.TryBegin(0x800);
        AssertPings("a-1", "10.1.0.2");
        Assert.Empty(Node.Tracer.Collect(0x800, end: true));
        Assert.False(Node.Tracer.IsActive);
    }

    [Fact]
    public void A_described_frame_is_sent_whole_and_delivered()
    {
        StartBoth();
        Servers["server-1"].Tell(new SendTraced("a-1", "icmp,nw_dst=10.1.0.2", 0x900), TestActor);
        Assert.Equal("10.1.0.2", ExpectMsg<NeedsResolution>().Address);
        AssertPings("a-1", "10.1.0.2");
        foreach (var flow in new[] { "icmp,nw_dst=10.1.0.2", "tcp,nw_dst=10.1.0.2,tp_dst=22", "udp,nw_dst=10.1.0.2",
            "arp,nw_dst=10.1.0.2" })
        {
            Node.Tracer.TryBegin(0x900);
            Servers["server-1"].Tell(new SendTraced("a-1", flow, 0x900), TestActor);
            ExpectMsg<TracedSent>();
            Advance(100);
            Assert.Contains(Node.Tracer.Collect(0x900, end: true), s => s is { Generation: 0, Server: "server-2",
                What: TraceWords.Delivered });
        }

        AssertConserved();
    }

    [Fact]
    public void Marks_are_recognised_at_the_end_of_a_frame_and_only_whole()
    {
        Assert.True(Pool.TryRent(100, out var frame));
        frame.Bytes.Clear();
        Assert.True(TraceMark.TryPut(frame, 0x1205));
        Assert.Equal((5, 0x1200u, 0x1206u), (TraceMark.GenerationOf(frame.TraceId), TraceMark.BaseOf(frame.TraceId),
            TraceMark.NextGeneration(frame.TraceId)));
        Assert.Equal(0x12ffu, TraceMark.NextGeneration(0x12ff));

        Assert.True(frame.TryPush(50, out var outer));
        outer.Clear();
        frame.TraceId = 0;
        TraceMark.Recognise(frame);
        Assert.Equal(0x1205u, frame.TraceId);

        for (var bit = 0; bit < TraceMark.Size * 8; bit++)
        {
            frame.TraceId = 0;
            var tail = frame.Bytes[^TraceMark.Size..];
            tail[bit / 8] ^= (byte)(1 << (bit % 8));
            TraceMark.Recognise(frame);
            Assert.Equal(0u, frame.TraceId);
            tail[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        frame.Reset(Pool.MaxFrameSize);
        Assert.False(TraceMark.TryPut(frame, 0x100));
        Assert.Equal(0u, frame.TraceId);
        Pool.Return(frame);
    }

    [Fact]
    public void The_tracer_is_bounded_and_gives_up_what_nobody_ends()
    {
        var tracer = Sys.ActorOf(TracerActor.Props(Node.Tracer));
        for (var i = 1u; i <= Tracer.MaxTraces; i++)
        {
            tracer.Tell(new TraceBegin(i << 8), TestActor);
            ExpectMsg<TraceBegun>();
        }

        tracer.Tell(new TraceBegin(0xff00), TestActor);
        Assert.Equal(RequestFailure.Unavailable, ExpectMsg<RequestRefused>().Failure);
        for (var i = 0; i < Tracer.MaxSteps + 10; i++) Node.Tracer.Record(0x101, "s", "p", "w", "", "x", "");
        Assert.Equal(Tracer.MaxSteps, Node.Tracer.Collect(0x100, end: false).Count);
        Assert.Equal(1, Node.Tracer.Collect(0x100, end: true)[0].Generation);
        Assert.Empty(Node.Tracer.Collect(0x100, end: true));

        Clock.Add(Tracer.MaxAgeMs + 1);
        tracer.Tell(new TraceBegin(0xff00), TestActor);
        ExpectMsg<TraceBegun>();
        tracer.Tell(new TraceCollect(0x200, true), TestActor);
        Assert.Empty(ExpectMsg<TraceSteps>().Steps);
        Node.Tracer.Collect(0xff00, end: true);
        Assert.False(Node.Tracer.IsActive);
    }

    private (PingReply Reply, IReadOnlyList<RecordedStep> Steps) Traced(string vm, string destination, uint id, bool forget)
    {
        Assert.True(Node.Tracer.TryBegin(id));
        var reply = Ping(vm, destination, 1, id, forget);
        return (reply, Node.Tracer.Collect(id, end: true));
    }
}
