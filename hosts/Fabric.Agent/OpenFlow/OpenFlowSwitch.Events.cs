using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What connections are told of each other's doings.</summary>
public sealed partial class OpenFlowSwitch
{
    private long _nowMs;
    private uint _requestXid;
    private uint _ruleChanges;

    internal uint NextRuleChange() => ++_ruleChanges;

    internal void FlushMonitors()
    {
        foreach (var session in _sessions) session.FlushMonitors();
    }

    /// <summary>Another connection asks to be primary.</summary>
    internal void Demote()
    {
        foreach (var session in _sessions)
        {
            if (session.Role != ControllerRole.Primary) continue;
            session.Role = ControllerRole.Secondary;
            if (session.Version < OpenFlowVersion.V13) continue;
            session.Send(new RoleStatusMessage(
                ControllerRole.Secondary, RoleChangeReason.PrimaryRequest, Election.GenerationId ?? ulong.MaxValue), OutputKind.Other);
        }
    }

    private void OnRuleChanged(RuleEvent change)
    {
        if (change.Rule.Priority > ushort.MaxValue) return;
        if (change.Kind == RuleEventKind.Added) change.Rule.AddedAt = change.Rule.ModifiedAt = NextRuleChange();
        else if (change.Kind == RuleEventKind.Modified) change.Rule.ModifiedAt = NextRuleChange();
        else if (change.Rule.Flags.HasFlag(FlowModFlags.SendFlowRemoved)) TellRemoved(change.Rule, (RuleRemovalReason)change.Reason);
        foreach (var session in _sessions)
            if (session.HasMonitors) session.Report(change, _requestXid);
    }

    private void TellRemoved(OpenFlowRule rule, RuleRemovalReason reason)
    {
        FlowRemovedMessage? message = null;
        foreach (var session in _sessions)
        {
            if (!session.Hears(AsyncKind.FlowRemoved, (int)reason)) continue;
            message ??= new FlowRemovedMessage
            {
                Match = rule.Match,
                Cookie = rule.Cookie,
                Priority = (ushort)rule.Priority,
                Reason = reason,
                Table = rule.Table,
                Duration = RuleDuration.OfMilliseconds(Math.Max(0, _nowMs - rule.CreatedMs)),
                IdleTimeoutSeconds = rule.IdleTimeoutSeconds,
                HardTimeoutSeconds = rule.HardTimeoutSeconds,
                PacketCount = (ulong)rule.Packets,
                ByteCount = (ulong)rule.Bytes,
            };

            // They count as replies, so that a slow reader cannot make rules faster than it hears of their end.
            session.Send(message with { IsExtension = session.HasExtendedMatches }, OutputKind.Reply);
        }
    }

    private void OnVacancyChanged(OpenFlowTable table, bool isDown)
    {
        var reason = isDown ? TableChangeReason.VacancyDown : TableChangeReason.VacancyUp;
        foreach (var session in _sessions)
            if (session.Version >= OpenFlowVersion.V14 && session.Hears(AsyncKind.TableStatus, (int)reason))
                session.Send(new TableStatusMessage(reason, SwitchTables.Describe(table)), OutputKind.Other);
    }

    /// <summary>
    /// Tells other connections that asked for it what one made of groups or meters (OpenFlow 1.4 <c>OFPT_REQUESTFORWARD</c>).
    /// </summary>
    private void Forward(OpenFlowMessage request, bool isModification, OpenFlowSession source)
    {
        var isMeter = request is MeterModMessage;
        foreach (var session in _sessions)
        {
            if (session == source || (isMeter && session.Version < OpenFlowVersion.V13)
                || !session.Hears(AsyncKind.RequestForward, isMeter ? 1 : 0)) continue;
            var told = request is GroupModMessage mod && session.Version < OpenFlowVersion.V15
                ? mod with { Request = Older(mod.Request, isModification) } : request;
            session.Send(new RequestForwardMessage(told), OutputKind.Other);
        }
    }

    /// <summary>Single buckets came with OpenFlow 1.5; before it one says what the group is now.</summary>
    private GroupMod Older(GroupMod mod, bool isModification) => mod.Command switch
    {
        GroupCommand.AddOrModify => mod with { Command = isModification ? GroupCommand.Modify : GroupCommand.Add },
        GroupCommand.InsertBucket or GroupCommand.RemoveBucket when Bridge.Tables.Groups.Find(mod.GroupId) is { } group => mod with
        {
            Command = GroupCommand.Modify, Type = group.Type, Buckets = group.Buckets, Properties = group.Properties,
        },
        _ => mod,
    };
}
