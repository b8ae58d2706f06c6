using System.Globalization;
using System.Text;
using Fabric.Flow;
using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Rules made from packets (OVS: <c>xlate_learn_action</c>, <c>learn_execute</c>).</summary>
internal sealed partial class Translation
{
    private bool _isShortLived;

    private void Learn(LearnAction action)
    {
        foreach (var spec in action.Specs)
            if (spec.Source is { } source) ConsultBits(source);
        if (!_hasEffects && _trace is not null)
        {
            _trace.Warn("suppressing side effects, so learn action ignored");
            return;
        }

        var mod = LearnedRule(action);
        if (_trace is not null) ReportLearned(mod);
        if (!_hasEffects && action.Limit != 0 && !_bridge.Tables.HasLearned(mod))
        {
            // What the rules do depends on whether a packet may make this one; only a packet can tell.
            _isShortLived = true;
        }

        var isAllowed = _bridge.Tables.MayLearn(mod, action.Limit);
        if ((action.Flags & LearnFlags.WriteResult) != 0 && action.ResultTarget is { } target) Load(target, isAllowed ? 1u : 0u);
        if (isAllowed) _cache.AddLearned(_bridge.Tables, mod, action.Limit);
        else _trace?.Note("Limit exceeded, learn failed");
    }

    private FlowMod LearnedRule(LearnAction action)
    {
        var match = Match.Any;
        var actions = new List<OpenFlowAction>();
        if (action.FinIdleTimeoutSeconds != 0 || action.FinHardTimeoutSeconds != 0)
            actions.Add(new FinTimeoutAction(action.FinIdleTimeoutSeconds, action.FinHardTimeoutSeconds));
        foreach (var spec in action.Specs)
        {
            var value = spec.Source is { } source ? source.Get(ref _flow) : spec.Constant;
            switch (spec.Destination)
            {
                case LearnDestination.Match:
                    var target = spec.Target!;
                    match.Set(target.Field, value << target.Start, target.Mask);
                    break;
                case LearnDestination.Load:
                    actions.Add(new LoadAction(value, spec.Target!));
                    break;
                case LearnDestination.Output when value <= 0xffff && MayOutput(new OfpPort((ushort)value)):
                    actions.Add(new OutputPortAction(new OfpPort((ushort)value)));
                    break;
            }
        }

        return new FlowMod
        {
            Command = FlowModCommand.ModifyStrict,
            Table = action.Table,
            Priority = action.Priority,
            Cookie = action.Cookie,
            ModifiesCookie = action.Cookie != ulong.MaxValue,
            IdleTimeoutSeconds = action.IdleTimeoutSeconds,
            HardTimeoutSeconds = action.HardTimeoutSeconds,
            Flags = (action.Flags & LearnFlags.SendFlowRemoved) != 0 ? FlowModFlags.SendFlowRemoved : FlowModFlags.None,
            Match = match,
            Actions = new OpenFlowActions(actions.ToArray()),
        };
    }

    private static bool MayOutput(OfpPort port) =>
        !port.IsReserved || port == OfpPort.InPort || port == OfpPort.Flood || port == OfpPort.Local || port == OfpPort.All;

    private void ReportLearned(FlowMod mod)
    {
        var text = new StringBuilder();
        var match = MatchText.Format(mod.Match, options: _bridge.TunnelOptions);
        text.Append(CultureInfo.InvariantCulture, $"table={mod.Table} {match} priority={mod.Priority}");
        if (mod.Cookie != 0) text.Append(CultureInfo.InvariantCulture, $" cookie=0x{mod.Cookie:x}");
        if (mod.IdleTimeoutSeconds != 0) text.Append(CultureInfo.InvariantCulture, $" idle={mod.IdleTimeoutSeconds}");
        if (mod.HardTimeoutSeconds != 0) text.Append(CultureInfo.InvariantCulture, $" hard={mod.HardTimeoutSeconds}");
        if ((mod.Flags & FlowModFlags.SendFlowRemoved) != 0) text.Append(" send_flow_rem");
        _trace!.Note(text.Append(" actions=").Append(XlateTrace.Format(mod.Actions)).ToString());
    }
}
