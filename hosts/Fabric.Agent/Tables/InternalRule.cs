using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>One of the four rules of table 254 (OVS: <c>add_internal_flows</c>).</summary>
internal sealed record InternalRule(ushort Priority, Match Match, OpenFlowActions Actions)
{
    /// <summary>OVS <c>OFPR_IMPLICIT_MISS</c>: a miss that no rule stood for.</summary>
    private const byte ImplicitMiss = 7;

    public static IEnumerable<InternalRule> All =>
    [
        new(0, Register(1), new OpenFlowActions(new ControllerAction(Reason: ImplicitMiss))),
        new(0, Register(2), OpenFlowActions.Drop),
        new(0, Register(3), OpenFlowActions.Drop),
        new(2, new Match().Set(F.RecircId, 0), OpenFlowActions.Drop),
    ];

    public void AddTo(Classifier classifier, long nowMs) => classifier.Insert(
        new OpenFlowRule(new FlowMod { Table = OpenFlowTables.InternalTable, Priority = Priority, Match = Match, Actions = Actions },
            nowMs));

    private static Match Register(uint value) => new Match().Set(F.Registers[0], value);
}
