using Fabric.Agent;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Interop.Tests.Translation;

/// <summary>Our agent in this process, given the same texts and asked by the same command.</summary>
internal sealed class OwnTracedSwitch : ITracedSwitch, ISwitchHost
{
    private OvsAgent _agent = new();
    private UnixctlRegistry _registry = null!;

    public OvsAgent Agent => _agent;

    public Task LoadAsync(RuleSet rules)
    {
        _agent = TraceWorld.MakeAgent();
        var context = new SwitchContext(_agent, new CountingDatapath(new IdleDatapath()), this) { View = TraceWorld.View() };
        _registry = SwitchCommands.Create(context);
        var bridge = _agent.FindBridge("br0")!;
        foreach (var text in rules.Meters)
        {
            var isMeter = global::Fabric.OpenFlow.MeterText.TryParse(text, MeterCommand.Add, out var meter, out var error);
            Assert.True(isMeter, $"{text}: {error}");
            Assert.True(bridge.Meters.TryApply(meter!, 0, out var code), $"{text}: {code}");
        }

        foreach (var text in rules.Groups)
        {
            Assert.True(GroupText.TryParse(text, GroupCommand.Add, bridge, out var group, out var error), $"{text}: {error}");
            Assert.True(bridge.Groups.TryApply(group, 0, out var code), $"{text}: {code}");
        }

        foreach (var text in rules.Rules)
        {
            Assert.True(RuleText.TryParse(text, bridge, out var mod, out var error), $"{rules.Name}: {text}: {error}");
            Assert.True(_agent.TryApply("br0", mod with { Actions = OverTheWire(mod) }, 0, out error), $"{rules.Name}: {text}: {error}");
        }

        foreach (var words in rules.Addresses.Select(a => a.Split(' ')))
            Assert.False(_registry.Run("fdb/add", ["br0", .. words], 0).IsError);
        return Task.CompletedTask;
    }

    /// <summary>The actions in the forms of OpenFlow 1.5, as the other switch gets them.</summary>
    private static OpenFlowActions OverTheWire(FlowMod mod)
    {
        var writer = new WireWriter();
        InstructionCodec.Write(mod.Actions, OpenFlowVersion.V15, writer, mod.Match);
        Assert.True(InstructionCodec.TryRead(writer.Written, OpenFlowVersion.V15, TunnelOptionMap.Empty, out var actions, out var error),
            $"{mod.Actions}: {error}");
        return actions;
    }

    public Task<List<TraceAnswer>> TraceAsync(IReadOnlyList<TracedPacket> packets) => Task.FromResult(packets.Select(Trace).ToList());

    /// <summary>A broken invariant is an answer that OVS does not give.</summary>
    private TraceAnswer Trace(TracedPacket packet)
    {
        try
        {
            return new TraceAnswer(_registry.Run("ofproto/trace", ["br0", packet.Flow, .. packet.Options], 0).Text);
        }
        catch (InvariantException e)
        {
            return new TraceAnswer(e.ToString());
        }
    }

    public void Exit(bool cleanup) { }

    public void Reconnect(string? bridge) { }

    public string? ReopenLog() => null;

    public void CloseLog() { }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Traces install nothing.</summary>
    private sealed class IdleDatapath : IDatapath
    {
        public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions) =>
            throw new InvalidOperationException("a trace installed a flow");

        public void FlowModify(Ufid ufid, DatapathActions actions) => throw new InvalidOperationException("a trace changed a flow");

        public void FlowDelete(Ufid ufid, FlowDeleteReason reason) => throw new InvalidOperationException("a trace removed a flow");

        public void Execute(Frame frame, DatapathActions actions) => frame.Pool.Return(frame);

        public void SetMaxIdle(int ms) { }

        public void SetMeter(uint meter, MeterSettings? settings) { }

        public void Track(CtRequest request) { }
    }
}
