namespace Fabric.OpenFlow;

/// <summary>
/// Which actions may follow and hold which (OVS: <c>ofpacts_verify</c>, which keeps the order of OpenFlow 1.1's instructions).
/// </summary>
internal static class ActionOrder
{
    private const int Meter = 0;
    private const int Apply = 1;

    /// <summary>Null when the last action of the list may stand where it does.</summary>
    public static string? Check(List<OpenFlowAction> list, ActionScope scope)
    {
        var last = list[^1];
        if (list.Exists(a => a is ConjunctionAction) && list.Exists(a => a is not (ConjunctionAction or NoteAction)))
            return "conjunction can stand beside note, but beside no other action";
        var written = last switch
        {
            SetFieldAction a => a.Field,
            LoadAction a => a.Target.Field,
            MoveAction a => a.Target.Field,
            _ => null,
        };
        var isConnection = written == OpenFlowFields.CtMark || written == OpenFlowFields.CtLabel;
        if (isConnection && scope != ActionScope.ConnectionTrack) return $"{written} can be set only in ct(…,exec(…))";
        if (scope == ActionScope.ConnectionTrack && !isConnection) return "exec(…) can only set ct_mark and ct_label";
        if (last is NatAction) return "nat can stand only in ct(…)";
        var rank = Rank(last);
        if (rank != Apply && scope is not (ActionScope.Instructions or ActionScope.WriteActions) && rank != Meter)
            return "this instruction cannot stand here, only actions can";
        if (rank != Apply && scope == ActionScope.WriteActions) return "write_actions can hold actions only";
        if (rank == Meter && scope == ActionScope.Clone) return "clone cannot hold a meter";
        if (list.Count < 2) return null;
        var before = Rank(list[^2]);
        return before == Apply ? rank < before ? Order(rank, before) : null : rank <= before ? Order(rank, before) : null;
    }

    private static string Order(int rank, int before) => rank == before ? "this instruction can stand only once"
        : before == Rank(new GotoTableAction(0)) ? "nothing can follow goto_table"
        : "the order is meter, actions, clear_actions, write_actions, write_metadata, goto_table";

    private static int Rank(OpenFlowAction action) => action switch
    {
        ApplyMeterAction => Meter,
        ClearActionsAction => 2,
        WriteActionsAction => 3,
        WriteMetadataAction => 4,
        GotoTableAction => 5,
        _ => Apply,
    };
}
