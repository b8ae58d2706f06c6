using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Follows what changes in bridges' rules, groups, meters and tunnel options, and writes it as records of a rule log, from which
/// <see cref="SavedRules"/> brings it back. A bridge is known by its row in the database, since another bridge may get its name.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>J1: reading all records taken so far, or an image and what was taken after it, gives the state at the time of the last
/// take.</item>
/// <item>J2: nothing changed means no record.</item>
/// </list>
/// <para>Not kept: counters, ages (a rule that comes back begins at zero and its time-outs run anew), table settings of controllers, roles
/// and whatever else belongs to a connection.</para>
/// </summary>
public sealed class RuleJournal
{
    private readonly Dictionary<Guid, BridgeChanges> _bridges = [];
    private readonly List<Guid> _gone = [];

    /// <summary>Grows with each change.</summary>
    public long Change { get; private set; }

    public bool HasChanges => _gone.Count > 0 || _bridges.Values.Any(bridge => bridge.HasChanges);

    public bool Follows(Guid row, AgentBridge bridge) => _bridges.TryGetValue(row, out var known) && known.Bridge == bridge;

    /// <param name="isSaved">The bridge is now as the log says; otherwise all that it has is a change.</param>
    public void Follow(Guid row, AgentBridge bridge, bool isSaved)
    {
        if (_bridges.Remove(row, out var old)) old.Dispose();
        _bridges.Add(row, new BridgeChanges(row, bridge, isSaved, () => Change++));
        if (!isSaved) Change++;
    }

    /// <summary>Bridges that are not among these are gone, with their rules.</summary>
    public void ForgetExcept(IReadOnlySet<Guid> present)
    {
        foreach (var row in _bridges.Keys.Where(row => !present.Contains(row)).ToArray())
        {
            _bridges.Remove(row, out var bridge);
            bridge!.Dispose();
            Forget(row);
        }
    }

    /// <summary>A bridge that is in the log is no more.</summary>
    public void Forget(Guid row)
    {
        _gone.Add(row);
        Change++;
    }

    /// <summary>Says that groups, meters or tunnel options may have changed: those of each bridge are compared at the next take.</summary>
    public void Look()
    {
        foreach (var bridge in _bridges.Values)
            if (bridge.Look()) Change++;
    }

    /// <summary>Records of all that changed since the last take.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var log = new List<byte>();
        foreach (var row in _gone) RuleRecord.Append(log, row, []);
        _gone.Clear();
        foreach (var bridge in _bridges.Values) bridge.Take(log);
        return log.ToArray();
    }

    /// <summary>Makes a log that stands for all that was taken so far; the returned function may run on another thread.</summary>
    public Func<ReadOnlyMemory<byte>> Image(bool withHeading)
    {
        var parts = _bridges.Values.Select(bridge => bridge.Snapshot()).ToArray();
        return () =>
        {
            var log = new List<byte>();
            if (withHeading) log.AddRange(RuleRecord.Begin);
            foreach (var part in parts) part(log);
            return log.ToArray();
        };
    }
}
