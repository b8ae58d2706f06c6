using System.Runtime.InteropServices;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Changes in steps that can be taken back.</summary>
public sealed partial class OpenFlowTables
{
    /// <summary>A journal that has grown larger is not kept for the next request.</summary>
    private const int MaxSpareCapacity = 1024;

    /// <summary>Steps since the last commit.</summary>
    private List<TableMutation> _mutations = [];
    private List<TableMutation> _spare = [];
    private readonly SharedActions _actions = new();
    private readonly CookieIndex _cookies = new();
    private readonly LearnedCookies _learned = new();
    private readonly HashSet<OpenFlowTable> _held = [];
    private int _transactions;
    private long _versionBefore;

    /// <summary>From now on nothing is told to anybody, and all can be taken back, until <see cref="EndTransaction"/>.</summary>
    internal void BeginTransaction()
    {
        Invariant.Check(_transactions == 0 && _mutations.Count == 0, "one transaction at a time");
        _transactions = 1;
        _versionBefore = Version;
    }

    internal void EndTransaction(bool commits)
    {
        _transactions = 0;
        if (!commits)
        {
            for (var i = _mutations.Count - 1; i >= 0; i--) Undo(_mutations[i]);
            _mutations.Clear();
            Version = _versionBefore;
        }

        foreach (var table in _held) table.Classifier.Release(restores: !commits);
        _held.Clear();
        if (commits) Commit();
    }

    /// <summary>Deletes these rules, for a reason of the switch's own or because a group or meter they use goes.</summary>
    internal void RemoveRules(OpenFlowRule[] rules, RuleRemovedReason reason, object? requester, List<OpenFlowRule>? removed = null)
    {
        foreach (var rule in rules) Remove(rule, reason, requester);
        removed?.AddRange(rules);
        if (_transactions == 0) Commit();
    }

    /// <summary>Puts a group in another's place.</summary>
    internal void Record(AgentGroup? old, AgentGroup? added)
    {
        Apply(new TableMutation(null, null, old, added, default, false, null));
        if (_transactions == 0) Commit();
    }

    private void Remove(OpenFlowRule rule, RuleRemovedReason reason, object? requester) =>
        Apply(new TableMutation(null, rule, null, null, reason, false, requester));

    private void RemoveAll(OpenFlowTable table, object? requester)
    {
        _mutations.EnsureCapacity(_mutations.Count + table.Count);
        foreach (var rule in table.Classifier.RemoveAll())
        {
            _mutations.Add(new TableMutation(null, rule, null, null, RuleRemovedReason.Delete, false, requester));
            Version++;
            Leave(rule, table);
        }
    }

    private void Apply(in TableMutation mutation)
    {
        _mutations.Add(mutation);
        Version++;
        if ((mutation.Added ?? mutation.Removed) is null) OtherVersion++;
        if (mutation.Removed is { } removed)
        {
            var table = Hold(removed.Table);
            if (mutation.Added is null) table.Classifier.Remove(removed);
            Leave(removed, table);
        }

        if (mutation.Added is { } added)
        {
            var table = Hold(added.Table);
            var displaced = table.Classifier.Insert(added);
            Invariant.Check(displaced == mutation.Removed, "an add displaces what it said it would");
            Enter(added, table);
        }

        if (mutation.OldGroup is not null || mutation.NewGroup is not null) Groups.Replace(mutation.OldGroup, mutation.NewGroup);
    }

    private void Undo(in TableMutation mutation)
    {
        if (mutation.OldGroup is not null || mutation.NewGroup is not null) Groups.Replace(mutation.NewGroup, mutation.OldGroup);
        if (mutation.Added is { } added)
        {
            var table = TableOf(added.Table);
            table.Classifier.Remove(added);
            Leave(added, table);
        }

        if (mutation.Removed is { } removed)
        {
            var table = TableOf(removed.Table);
            table.Classifier.Restore(removed);
            removed.EndSuccession();
            Enter(removed, table);
        }
    }

    private OpenFlowTable Hold(byte id)
    {
        var table = TableOf(id);
        if (_transactions > 0 && _held.Add(table)) table.Classifier.Hold();
        return table;
    }

    private void Enter(OpenFlowRule rule, OpenFlowTable table)
    {
        RuleCount++;
        table.Entered(rule);
        _clock.Watch(rule);
        _cookies.Add(rule);
        RuleActions.Attach(rule, this);
    }

    private void Leave(OpenFlowRule rule, OpenFlowTable table)
    {
        RuleCount--;
        table.Left(rule);
        _cookies.Remove(rule);
        RuleActions.Detach(rule, this);
    }

    /// <summary>What was done is done: tells of it, and lets go what nobody learns from any more.</summary>
    private void Commit()
    {
        // Listeners may apply requests of their own; theirs are told after these.
        while (_mutations.Count > 0)
        {
            var done = _mutations;
            (_mutations, _spare) = (_spare, []);
            foreach (ref readonly var mutation in CollectionsMarshal.AsSpan(done))
            {
                if (mutation.Added is { } added) _learned.Add(added.Actions);
                if (mutation.Removed is { } removed)
                {
                    _learned.Remove(removed.Actions);
                    removed.Forget();
                }

                Tell(in mutation);
            }

            done.Clear();
            if (done.Capacity <= MaxSpareCapacity) _spare = done;

            foreach (var (table, cookie) in _learned.TakeDead())
                foreach (var rule in _cookies.Find(cookie).Where(r => r.Table == table).ToArray())
                    Remove(rule, RuleRemovedReason.Delete, null);
        }
    }

    private void Tell(in TableMutation mutation)
    {
        var rule = mutation.Added ?? mutation.Removed;
        if (rule is null) return;
        if (rule.Table < TableCount && TableOf(rule.Table) is { HasVacancyEvents: true } table && table.TakeVacancyEvent() is { } isDown)
            VacancyChanged?.Invoke(table, isDown);
        if (RuleChanged is not { } told) return;
        if (mutation.Added is not { } added)
        {
            told(new RuleEvent(RuleEventKind.Removed, rule, mutation.Reason, null, mutation.Requester));
            return;
        }

        var old = mutation.Removed;
        var oldActions = old is null || old.Actions.Equals(added.Actions) ? null : old.Actions;
        if (!mutation.IsModification) told(new RuleEvent(RuleEventKind.Added, added, default, oldActions, mutation.Requester));
        else if (oldActions is not null || old!.Cookie != added.Cookie)
            told(new RuleEvent(RuleEventKind.Modified, added, default, oldActions, mutation.Requester));
    }
}
