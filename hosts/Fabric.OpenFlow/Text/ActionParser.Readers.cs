using System.Collections.Frozen;

namespace Fabric.OpenFlow;

/// <summary>The actions by name; letters of any case, as in OVS.</summary>
internal sealed partial class ActionParser
{
    private static readonly FrozenDictionary<string, Reader> Readers = new Dictionary<string, Reader>
    {
        ["output"] = (p, _, v, ref problem) => p.Output(v, ref problem),
        ["resubmit"] = (p, _, v, ref problem) => p.Resubmit(v, ref problem),
        ["controller"] = (_, _, v, ref problem) => Controller(v, ref problem),
        ["enqueue"] = (p, _, v, ref problem) => p.Enqueue(v, ref problem),
        ["group"] = (_, _, v, ref problem) => Number(v, uint.MaxValue, ref problem) is { } n ? new GroupAction((uint)n) : null,
        ["meter"] = (_, _, v, ref problem) => Number(v, uint.MaxValue, ref problem) is { } n ? new ApplyMeterAction((uint)n) : null,
        ["goto_table"] = (_, _, v, ref problem) => Number(v, 254, ref problem) is { } n ? new GotoTableAction((byte)n) : null,
        ["mod_dl_src"] = (_, _, v, ref problem) => Eth(true, v, ref problem),
        ["mod_dl_dst"] = (_, _, v, ref problem) => Eth(false, v, ref problem),
        ["mod_vlan_vid"] = (p, _, v, ref problem) => p.VlanVid(v, true, ref problem),
        ["set_vlan_vid"] = (p, _, v, ref problem) => p.VlanVid(v, false, ref problem),
        ["mod_vlan_pcp"] = (p, _, v, ref problem) => p.VlanPcp(v, true, ref problem),
        ["set_vlan_pcp"] = (p, _, v, ref problem) => p.VlanPcp(v, false, ref problem),
        ["strip_vlan"] = (p, _, _, ref _) => p.Untagged(false),
        ["pop_vlan"] = (p, _, _, ref _) => p.Untagged(true),
        ["push_vlan"] = (p, _, v, ref problem) => p.PushVlan(v, ref problem),
        ["mod_nw_src"] = (_, _, v, ref problem) => NwAddress(true, v, ref problem),
        ["mod_nw_dst"] = (_, _, v, ref problem) => NwAddress(false, v, ref problem),
        ["mod_nw_tos"] = (_, _, v, ref problem) => NwTos(v, ref problem),
        ["mod_nw_ecn"] = (_, _, v, ref problem) => Number(v, 3, ref problem) is { } n ? new SetNwEcnAction((byte)n) : null,
        ["mod_nw_ttl"] = (_, _, v, ref problem) => Number(v, 255, ref problem) is { } n ? new SetNwTtlAction((byte)n) : null,
        ["set_nw_ttl"] = (_, _, v, ref problem) => Number(v, 255, ref problem) is { } n ? new SetNwTtlAction((byte)n) : null,
        ["mod_tp_src"] = (_, _, v, ref problem) => TpPort(true, v, ref problem),
        ["mod_tp_dst"] = (_, _, v, ref problem) => TpPort(false, v, ref problem),
        ["dec_ttl"] = (_, _, v, ref problem) => DecTtl(v, ref problem),
        ["set_mpls_label"] = (_, _, v, ref problem) =>
            Number(v, 0xfffff, ref problem) is { } n ? new SetMplsLabelAction((uint)n) : null,
        ["set_mpls_tc"] = (_, _, v, ref problem) => Number(v, 7, ref problem) is { } n ? new SetMplsTcAction((byte)n) : null,
        ["set_mpls_ttl"] = (_, _, v, ref problem) => Number(v, 255, ref problem) is { } n ? new SetMplsTtlAction((byte)n) : null,
        ["dec_mpls_ttl"] = (_, _, _, ref _) => new DecMplsTtlAction(),
        ["push_mpls"] = (p, _, v, ref problem) => p.PushMpls(v, ref problem),
        ["pop_mpls"] = (p, _, v, ref problem) => p.PopMpls(v, ref problem),
        ["set_tunnel"] = (_, _, v, ref problem) =>
            Number(v, ulong.MaxValue, ref problem) is { } n ? new SetTunnelIdAction((ulong)n, n > uint.MaxValue) : null,
        ["set_tunnel64"] = (_, _, v, ref problem) =>
            Number(v, ulong.MaxValue, ref problem) is { } n ? new SetTunnelIdAction((ulong)n, true) : null,
        ["set_field"] = (p, _, v, ref problem) => p.SetField(v, ref problem),
        ["load"] = (p, _, v, ref problem) => p.Load(v, ref problem),
        ["move"] = (p, _, v, ref problem) => p.Move(v, ref problem),
        ["push"] = (p, _, v, ref problem) => p.Stacked(v, ref problem) is { } bits ? new PushFieldAction(bits) : null,
        ["pop"] = (p, _, v, ref problem) => p.Stacked(v, ref problem) is { } bits && p.Writable(bits.Field, ref problem)
            ? new PopFieldAction(bits) : null,
        ["delete_field"] = (_, _, v, ref problem) => DeleteField(v, ref problem),
        ["write_metadata"] = (_, _, v, ref problem) => WriteMetadata(v, ref problem),
        ["clear_actions"] = (_, _, _, ref _) => new ClearActionsAction(),
        ["write_actions"] = (p, _, v, ref problem) =>
            p.Nested(v, ActionScope.WriteActions, ref problem) is { } list ? new WriteActionsAction(list) : null,
        ["clone"] = (p, _, v, ref problem) => p.Nested(v, ActionScope.Clone, ref problem) is { } list ? new CloneListAction(list) : null,
        ["set_queue"] = (_, _, v, ref problem) => Number(v, uint.MaxValue, ref problem) is { } n ? new SetQueueAction((uint)n) : null,
        ["pop_queue"] = (_, _, _, ref _) => new PopQueueAction(),
        ["note"] = (_, _, v, ref problem) => Note(v, ref problem),
        ["fin_timeout"] = (p, _, v, ref problem) => p.FinTimeout(v, ref problem),
        ["learn"] = (p, _, v, ref problem) => p.Learn(v, ref problem),
        ["conjunction"] = (_, _, v, ref problem) => Conjunction(v, ref problem),
        ["multipath"] = (p, _, v, ref problem) => p.Multipath(v, ref problem),
        ["bundle"] = (p, _, v, ref problem) => p.Bundle(v, false, ref problem),
        ["bundle_load"] = (p, _, v, ref problem) => p.Bundle(v, true, ref problem),
        ["sample"] = (p, _, v, ref problem) => p.Sample(v, ref problem),
        ["ct"] = (p, _, v, ref problem) => p.ConnectionTrack(v, ref problem),
        ["ct_clear"] = (_, _, _, ref _) => new ConnectionClearAction(),
        ["check_pkt_larger"] = (p, _, v, ref problem) => p.CheckPacketLarger(v, ref problem),
        ["encap"] = (_, _, v, ref problem) => Encap(v, ref problem),
        ["decap"] = (_, _, v, ref problem) => Decap(v, ref problem),
        ["exit"] = (_, _, _, ref _) => new ExitAction(),
        ["debug_recirc"] = (_, _, _, ref _) => new DebugRecircAction(),
        ["debug_slow"] = (_, _, _, ref _) => new DebugSlowAction(),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
