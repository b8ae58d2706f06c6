using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// <c>dpctl/normalize-actions FLOW ACTIONS</c>: which actions a flow's packets get with which tags on, outputs in order (OVS:
/// <c>dpctl_normalize_actions</c>). Tags that are pushed and popped are followed, and are no actions any more.
/// </summary>
internal static class NormalizeActionsCommand
{
    public static bool Run(DpctlCall dpctl)
    {
        var names = new ViewPortNames(dpctl.View);
        if (!FlowText.TryParse(dpctl.Arguments[0], out var key, out var mask, out _, names))
            return dpctl.Fail($"odp_flow_key_from_string (syntax error at {dpctl.Arguments[0]})", DpctlCall.Invalid);
        dpctl.Print($"input flow: {FlowText.Format(ref key, ref mask)}\n");
        if (!DatapathActions.TryParse(dpctl.Arguments[1], out var actions, out _, names))
            return dpctl.Fail("odp_actions_from_string", DpctlCall.Invalid);
        if (dpctl.IsVerbose) dpctl.Print($"input actions: {Text(actions)}\n");
        var parts = new Dictionary<(ushort Tpid, ushort Tci, ushort InnerTpid, ushort InnerTci), List<DatapathAction>>();
        foreach (var action in actions)
        {
            if (action is PopVlanAction) Pop(ref key);
            else if (action is PushVlanAction push) Push(ref key, push);
            else PartOf(parts, ref key).Add(action);
        }

        if (actions.Count == 0) PartOf(parts, ref key);
        foreach (var (tags, part) in parts.OrderBy(p => p.Key))
            dpctl.Print($"{Tags(tags)}{Labels(ref key)}{Text(new DatapathActions([.. Sorted(part)]))}");
        return true;
    }

    private static string Text(DatapathActions actions) => actions.Count == 0 ? "drop" : actions.ToString();

    private static List<DatapathAction> PartOf(Dictionary<(ushort, ushort, ushort, ushort), List<DatapathAction>> parts, ref FlowKey key)
    {
        var tags = (key.VlanTpid, key.VlanTci, key.InnerVlanTpid, key.InnerVlanTci);
        if (!parts.TryGetValue(tags, out var part)) parts.Add(tags, part = []);
        return part;
    }

    private static void Pop(ref FlowKey key)
    {
        (key.VlanTpid, key.VlanTci) = (key.InnerVlanTpid, key.InnerVlanTci);
        (key.InnerVlanTpid, key.InnerVlanTci) = (0, 0);
    }

    private static void Push(ref FlowKey key, PushVlanAction push)
    {
        (key.InnerVlanTpid, key.InnerVlanTci) = (key.VlanTpid, key.VlanTci);
        (key.VlanTpid, key.VlanTci) = (push.Tpid, push.Tci);
    }

    /// <summary>Outputs that stand next to each other, by their ports.</summary>
    private static IEnumerable<DatapathAction> Sorted(List<DatapathAction> actions)
    {
        for (var at = 0; at < actions.Count;)
        {
            var outputs = actions.Skip(at).TakeWhile(a => a is OutputAction).Cast<OutputAction>().OrderBy(o => o.Port.Value).ToList();
            if (outputs.Count == 0) yield return actions[at++];
            foreach (var output in outputs) yield return output;
            at += outputs.Count;
        }
    }

    private static string Tags((ushort Tpid, ushort Tci, ushort InnerTpid, ushort InnerTci) tags)
    {
        if (tags.Tci == 0) return "no vlan: ";
        return Tag(tags.Tpid, tags.Tci) + (tags.InnerTci == 0 ? "" : Tag(tags.InnerTpid, tags.InnerTci));
    }

    private static string Tag(ushort tpid, ushort tci)
    {
        const ushort Usual = 0x8100;
        return $"vlan({(tpid == Usual ? "" : $"tpid=0x{tpid:x4},")}vid={tci & 0xfff},pcp={tci >> 13}): ";
    }

    private static string Labels(ref FlowKey key) => key.EthType is 0x8847 or 0x8848
        ? $"mpls(label={key.Mpls0 >> 12},tc={key.Mpls0 >> 9 & 7},ttl={key.Mpls0 & 0xff}): " : "no mpls: ";
}
