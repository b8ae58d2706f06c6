using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A tunnel option stays mapped while a rule matches or changes its field (OVS: <c>mf_vl_mff_map</c>).</summary>
internal static class TunnelFieldUse
{
    /// <summary>The error that stands against a change of the map; null when none does.</summary>
    public static OpenFlowError? Of(OpenFlowTables tables, TlvTableMod mod)
    {
        if (mod.Command == TunnelOptionCommand.Add) return null;
        var wanted = mod.Command == TunnelOptionCommand.Clear ? ulong.MaxValue
            : mod.Mappings.Aggregate(0ul, (bits, mapping) => bits | (1ul << mapping.Index));
        foreach (var rule in tables.Rules)
        {
            var match = rule.Match;
            if (((match.Mask.TunnelPresent | FieldsOf(rule.Actions)) & wanted) != 0) return OpenFlowError.NxttmfcInvalidTlvDel;
        }

        return null;
    }

    private static ulong FieldsOf(OpenFlowActions actions)
    {
        var used = 0ul;
        foreach (var action in actions.Span)
        {
            used |= action switch
            {
                OutputFieldAction a => Bit(a.Source),
                SetFieldAction a => Bit(a.Field),
                LoadAction a => Bit(a.Target),
                MoveAction a => Bit(a.Source) | Bit(a.Target),
                PushFieldAction a => Bit(a.Source),
                PopFieldAction a => Bit(a.Target),
                DeleteFieldAction a => Bit(a.Field),
                MultipathAction a => Bit(a.Target),
                BundleAction { Target: { } target } => Bit(target),
                CheckPacketLargerAction a => Bit(a.Target),
                WriteActionsAction a => FieldsOf(a.Actions),
                CloneListAction a => FieldsOf(a.Actions),
                ConnectionTrackAction a => FieldsOf(a.Actions) | (a.ZoneSource is { } zone ? Bit(zone) : 0),
                LearnAction a => FieldsOf(a),
                _ => 0,
            };
        }

        return used;
    }

    private static ulong FieldsOf(LearnAction learn)
    {
        var used = 0ul;
        foreach (var spec in learn.Specs.Span)
            used |= (spec.Source is { } source ? Bit(source) : 0) | (spec.Target is { } target ? Bit(target) : 0);
        return used;
    }

    private static ulong Bit(FieldBits bits) => Bit(bits.Field);

    private static ulong Bit(OpenFlowField field) => field.TunnelIndex is { } index ? 1ul << index : 0;
}
