using Fabric.OpenFlow;

namespace Fabric.Actors;

/// <summary>
/// Makes one bridge's rules be what its owner wants, by OpenFlow alone: asks which rules carry the owner's cookie, sends the difference,
/// and nothing when there is none. Rules with other cookies are never touched. A change is one bundle where the version has bundles, so
/// that no packet meets half of it; a bundle that is refused is sent again rule by rule, and the rules that are refused then are left out
/// until the wish changes. Rules that the owner wants under another cookie are given and not followed further.
/// </summary>
internal sealed class RuleSync(ulong cookie)
{
    private const uint BundleId = 1;

    private readonly Dictionary<uint, FlowMod?> _sent = [];
    private readonly Dictionary<uint, OpenFlowError> _errors = [];
    private readonly HashSet<Key> _refused = [];
    private readonly Queue<string> _refusals = new();
    private Dictionary<Key, FlowMod> _installed = [];
    private Dictionary<Key, FlowMod> _wanted = [];
    private State _state;
    private bool _hasBundles;
    private bool _isPlain;
    private bool _isStale;
    private uint _lastXid;
    private uint _barrier;

    private enum State
    {
        Offline,
        Reading,
        Steady,
        Changing,
    }

    private readonly record struct Key(byte Table, ushort Priority, Match Match)
    {
        public static Key Of(FlowMod mod) => new(mod.Table, mod.Priority, mod.Match);
    }

    /// <summary>The bridge has confirmed that its rules are as wanted.</summary>
    public bool IsInSync => _state == State.Steady && !_isStale;

    /// <summary>Rules of the last change; for tests and the log.</summary>
    public int LastChangeCount { get; private set; }

    /// <summary>A session has begun. Returns the first question.</summary>
    public OpenFlowMessage Connected(bool hasBundles)
    {
        (_state, _hasBundles, _isPlain) = (State.Reading, hasBundles, false);
        _installed.Clear();
        _refused.Clear();
        return new RuleStatisticsRequest(new RuleFilter { Cookie = cookie, CookieMask = ulong.MaxValue }) { Xid = ++_lastXid };
    }

    public void Disconnected() => _state = State.Offline;

    public void Want(IEnumerable<FlowMod> rules)
    {
        var wanted = new Dictionary<Key, FlowMod>();
        foreach (var rule in rules) wanted[Key.Of(rule)] = rule.Cookie == 0 ? rule with { Cookie = cookie } : rule;
        _wanted = wanted;
        _isStale = true;
        _refused.Clear();
    }

    public void Receive(OpenFlowMessage message)
    {
        switch (message)
        {
            case RuleStatisticsReply reply when _state == State.Reading:
                foreach (var rule in reply.Rules) Know(rule);
                if (reply.HasMore) break;
                (_state, _isStale) = (State.Steady, true);
                break;
            case ErrorMessage error when _sent.ContainsKey(error.Xid):
                _errors.TryAdd(error.Xid, error.Error);
                break;
            case BarrierReply when _state == State.Changing && message.Xid == _barrier:
                EndChange();
                break;
        }
    }

    /// <summary>What is to be sent now; empty when there is nothing to do.</summary>
    public List<OpenFlowMessage> TakeMessages()
    {
        var messages = new List<OpenFlowMessage>();
        if (_state != State.Steady || !_isStale) return messages;
        var changes = Difference();
        LastChangeCount = changes.Count;
        _isStale = false;
        if (changes.Count == 0) return messages;
        _state = State.Changing;
        _sent.Clear();
        _errors.Clear();
        const BundleFlags Flags = BundleFlags.Atomic | BundleFlags.Ordered;
        var isBundle = _hasBundles && !_isPlain;
        if (isBundle) messages.Add(Sent(new BundleControlMessage(BundleId, BundleControlType.OpenRequest, Flags), null));
        foreach (var change in changes)
        {
            OpenFlowMessage mod = Sent(new FlowModMessage(change), change);
            messages.Add(isBundle ? new BundleAddMessage(BundleId, Flags, mod) { Xid = mod.Xid } : mod);
        }

        if (isBundle) messages.Add(Sent(new BundleControlMessage(BundleId, BundleControlType.CommitRequest, Flags), null));
        messages.Add(new BarrierRequest { Xid = _barrier = ++_lastXid });
        return messages;
    }

    /// <summary>The next rule that the bridge refused, with the reason.</summary>
    public bool TryTakeRefusal(out string refusal) => _refusals.TryDequeue(out refusal!);

    private OpenFlowMessage Sent(OpenFlowMessage message, FlowMod? rule)
    {
        _sent[++_lastXid] = rule;
        return message with { Xid = _lastXid };
    }

    private void Know(RuleStatistics rule)
    {
        var mod = new FlowMod
        {
            Table = rule.Table, Priority = rule.Priority, Match = rule.Match, Cookie = rule.Cookie, Actions = rule.Actions,
            IdleTimeoutSeconds = rule.IdleTimeoutSeconds, HardTimeoutSeconds = rule.HardTimeoutSeconds, Importance = rule.Importance,
            Flags = rule.Flags,
        };
        _installed[Key.Of(mod)] = mod;
    }

    private List<FlowMod> Difference()
    {
        var changes = new List<FlowMod>();
        foreach (var (key, old) in _installed)
        {
            if (_wanted.ContainsKey(key)) continue;
            changes.Add(new FlowMod
            {
                Command = FlowModCommand.DeleteStrict, Table = old.Table, Priority = old.Priority, Match = old.Match, Cookie = cookie,
                CookieMask = ulong.MaxValue,
            });
        }

        foreach (var (key, rule) in _wanted)
        {
            if (_refused.Contains(key)) continue;
            if (!_installed.TryGetValue(key, out var old) || !IsSame(old with { Actions = rule.Actions }, rule)) changes.Add(rule);
            // Its counters go on.
            else if (!old.Actions.Equals(rule.Actions)) changes.Add(rule with { Command = FlowModCommand.ModifyStrict });
        }

        return changes;
    }

    private static bool IsSame(FlowMod one, FlowMod other) =>
        one.Cookie == other.Cookie && one.IdleTimeoutSeconds == other.IdleTimeoutSeconds && one.Actions.Equals(other.Actions)
        && one.HardTimeoutSeconds == other.HardTimeoutSeconds && one.Importance == other.Importance && one.Flags == other.Flags;

    private void EndChange()
    {
        _state = State.Steady;
        if (_errors.Count > 0 && _hasBundles && !_isPlain)
        {
            (_isPlain, _isStale) = (true, true);
            return;
        }

        _isPlain = false;
        foreach (var (xid, change) in _sent)
        {
            if (change is null) continue;
            var key = Key.Of(change);
            if (_errors.TryGetValue(xid, out var error))
            {
                _refused.Add(key);
                _refusals.Enqueue($"{RuleText.Format(change)}: {OpenFlowErrors.NameOf(error)}");
            }
            else if (change.Command == FlowModCommand.DeleteStrict)
            {
                _installed.Remove(key);
            }
            else
            {
                _installed[key] = change with { Command = FlowModCommand.Add };
            }
        }
    }
}
