using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>The frames of one hash value, and the member they take.</summary>
public sealed class BondBucket
{
    private const ushort RulePriority = 20;

    private OpenFlowRule? _rule;

    internal BondBucket(int hash) => Hash = hash;

    public int Hash { get; }

    public BondMember? Member
    {
        get;
        internal set
        {
            if (field != value) _rule = null;
            field = value;
        }
    }

    /// <summary>Bytes sent, halved at each rebalancing.</summary>
    public long TxBytes { get; internal set; }

    /// <summary>
    /// What balance-tcp does with packets that the datapath has hashed: a rule of table 254 that only translation and
    /// <c>bridge/dump-flows</c> know (OVS: <c>update_recirc_rules__</c>). Null without a member.
    /// </summary>
    internal OpenFlowRule? RuleOf(uint recircId, long nowMs) => _rule ??= Member is null ? null : new OpenFlowRule(
        new FlowMod
        {
            Table = OpenFlowTables.InternalTable,
            Priority = RulePriority,
            Match = new Match().Set(F.RecircId, recircId).Set(F.DpHash, (uint)Hash, AgentBond.BucketCount - 1),
            Actions = new OpenFlowActions(new OutputPortAction(Member.Port.Number)),
        }, nowMs);
}
