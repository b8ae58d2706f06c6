using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Which member of a bond a frame takes (OVS: <c>output_normal</c>, <c>choose_output_member</c>).</summary>
internal sealed partial class Translation
{
    /// <summary>Null: no member may be used, so the frame ends here.</summary>
    /// <param name="recirculate">The datapath hashes the frame and comes back with the result, by which the member is chosen.</param>
    private AgentPort? Choose(AgentBundle output, ushort vlan, out bool recirculate)
    {
        recirculate = false;
        if (output.Bond is not { } bond) return output.Members[0];
        if (!bond.CanSend)
        {
            _trace?.Note($"bond {bond.Name} has not agreed with a partner, dropping");
            return null;
        }

        switch (bond.EffectiveMode)
        {
            case BondMode.ActiveBackup:
                return bond.Active?.Port;
            case BondMode.BalanceSlb:
                _mask.Packet.EthSource = MacAddress.Broadcast;
                var bucket = bond.BucketOf(_flow.Packet.EthSource, vlan);
                if (bucket.Member is not null) _cache.Add(bucket);
                return bucket.Member?.Port;
            default:
                recirculate = true;
                return bond.Members.FirstOrDefault(m => m.IsEnabled)?.Port;
        }
    }

    private void Recirculate(AgentBond bond)
    {
        Refuse(ExplicitRefusal.Hash);
        Commit();
        Emit(new HashAction(0, bond.Settings.HashBasis));
        Emit(new RecircAction(bond.RecircId));
    }

    /// <summary>
    /// A packet that the datapath hashed for a bond. The rules for that, one for each bucket, are in no table: the bucket knows its own.
    /// </summary>
    private void Resume(AgentBond bond)
    {
        const uint bucketBits = AgentBond.BucketCount - 1;
        _mask.Packet.DpHash |= bucketBits;
        var bucket = bond.Buckets[(int)(_flow.Packet.DpHash & bucketBits)];
        if (bucket.RuleOf(bond.RecircId, _world.NowMs) is not { } rule) return;
        _trace?.Rule(OpenFlowTables.InternalTable, rule, _bridge, _arrivedIn!);
        _trace?.Action(rule.Actions[0], _bridge);
        _cache.Add(rule);
        _cache.Add(bucket);
        Send(bucket.Member!.Port);
    }
}
