using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What a rule log said when it was read: the state of bridges that may come back.</summary>
public sealed class SavedRules
{
    private readonly Dictionary<Guid, SavedBridge> _bridges = [];

    public static SavedRules None => new();

    /// <summary>
    /// Records that are whole and yet no message: written by another version of this program. What they said is lost, the rest is not.
    /// </summary>
    public int UnreadCount { get; private set; }

    /// <param name="from">Where the first record begins.</param>
    /// <param name="size">Of what is whole, heading included.</param>
    public static SavedRules Read(ReadOnlySpan<byte> log, int from, out int size)
    {
        var saved = new SavedRules();
        size = from;
        while (RuleRecord.TryRead(log, ref size, out var row, out var message))
        {
            if (message.IsEmpty)
            {
                saved._bridges.Remove(row);
                continue;
            }

            if (!saved._bridges.TryGetValue(row, out var bridge)) saved._bridges.Add(row, bridge = new SavedBridge());
            if (!bridge.TryApply(message)) saved.UnreadCount++;
        }

        return saved;
    }

    /// <summary>Puts what was saved of a bridge into it, in the place of what it has. False when nothing was.</summary>
    public bool Restore(Guid row, AgentBridge bridge, long nowMs)
    {
        if (!_bridges.Remove(row, out var saved)) return false;
        saved.Restore(bridge, nowMs);
        return true;
    }

    /// <summary>Bridges that are not among these do not come back.</summary>
    public void ForgetExcept(IReadOnlySet<Guid> present, RuleJournal journal)
    {
        foreach (var row in _bridges.Keys.Where(row => !present.Contains(row)).ToArray())
        {
            _bridges.Remove(row);
            journal.Forget(row);
        }
    }

    private sealed class SavedBridge
    {
        private readonly Dictionary<(byte Table, ushort Priority, Match Match), FlowMod> _rules = [];
        private readonly SortedDictionary<uint, GroupMod> _groups = [];
        private readonly SortedDictionary<uint, MeterMod> _meters = [];
        private TunnelOptionMap _options = TunnelOptionMap.Empty;

        public bool TryApply(ReadOnlySpan<byte> bytes)
        {
            if (!MessageCodec.TryDecode(bytes, new CodecContext(_options), out var message, out _)) return false;
            switch (message)
            {
                case FlowModMessage { Request: { Command: FlowModCommand.DeleteStrict } rule }:
                    _rules.Remove((rule.Table, rule.Priority, rule.Match));
                    break;
                case FlowModMessage { Request: var rule }:
                    _rules[(rule.Table, rule.Priority, rule.Match)] = rule;
                    break;
                case GroupModMessage { Request: { Command: GroupCommand.Delete } group }:
                    _groups.Remove(group.GroupId);
                    break;
                case GroupModMessage { Request: var group }:
                    _groups[group.GroupId] = group;
                    break;
                case MeterModMessage { Request: { Command: MeterCommand.Delete } meter }:
                    _meters.Remove(meter.MeterId);
                    break;
                case MeterModMessage { Request: var meter }:
                    _meters[meter.MeterId] = meter;
                    break;
                case TlvTableMod options:
                    if (_options.TryApply(options.Command, options.Mappings, out var next, out _)) _options = next;
                    break;
            }

            return true;
        }

        public void Restore(AgentBridge bridge, long nowMs)
        {
            bridge.Tables.Clear();
            bridge.TunnelOptions = _options;
            foreach (var meter in _meters.Values) bridge.Tables.Meters.TryApply(meter, nowMs, out _);
            foreach (var group in _groups.Values) bridge.Tables.Groups.TryApply(group, nowMs, out _);
            foreach (var rule in _rules.Values) bridge.Tables.TryApply(rule with { Flags = rule.Flags & ~FlowModFlags.CheckOverlap }, nowMs,
                null, out _);
        }
    }
}
