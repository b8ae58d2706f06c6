using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// One rule in a table, with its statistics. What it says never changes: a modification puts a new rule in its place (as OVS does), and the
/// old one, at which flows translated before still point, passes on what it is credited with.
/// <para>Memory counts here, for there may be millions. The match is kept by its subtable as the few words that the mask has, and
/// <see cref="Match"/> and <see cref="Mod"/> are made when asked for.</para>
/// </summary>
public sealed class OpenFlowRule
{
    private Match? _match;
    private MaskShape? _shape;
    private ulong[]? _words;
    private OpenFlowRule? _successor;
    private bool _forwardsCounts;

    public OpenFlowRule(FlowMod mod, long nowMs)
        : this(mod, mod.Match, mod.Table, mod.Priority, nowMs)
    {
    }

    internal OpenFlowRule(FlowMod mod, Match match, byte table, int priority, long nowMs, OpenFlowActions? actions = null)
    {
        _match = match;
        Actions = actions ?? mod.Actions;
        Cookie = mod.Cookie;
        Priority = priority;
        Table = table;
        (IdleTimeoutSeconds, HardTimeoutSeconds, Importance) = (mod.IdleTimeoutSeconds, mod.HardTimeoutSeconds, mod.Importance);
        Flags = mod.Flags;
        (CreatedMs, UsedMs, ModifiedMs) = (nowMs, nowMs, nowMs);
        Conjunctions = ConjunctionSet.Of(Actions);
    }

    public OpenFlowActions Actions { get; }

    public ulong Cookie { get; private set; }

    public int Priority { get; }

    public byte Table { get; }

    public ushort IdleTimeoutSeconds { get; private set; }

    public ushort HardTimeoutSeconds { get; private set; }

    public ushort Importance { get; private set; }

    public FlowModFlags Flags { get; private set; }

    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    public long CreatedMs { get; private set; }

    /// <summary>When a packet last matched, as far as the statistics pulled from the datapath tell.</summary>
    public long UsedMs { get; private set; }

    public long ModifiedMs { get; private set; }

    /// <summary>Its bridge's count of rule changes when it was added and when last modified; 0 where nobody counts them.</summary>
    public uint AddedAt { get; internal set; }

    /// <inheritdoc cref="AddedAt"/>
    public uint ModifiedAt { get; internal set; }

    /// <summary>False once it has left its table.</summary>
    public bool IsInstalled { get; internal set; }

    /// <summary>A copy of the match.</summary>
    public Match Match => _match ?? _shape!.ToMatch(_words ?? Subtable!.WordsOf(this));

    /// <summary>The match, good until another is put into the room.</summary>
    internal Match MatchIn(MatchRoom room) => _match ?? room.Put(_shape!, _words ?? Subtable!.WordsOf(this));

    /// <summary>The request that would add it as it is now.</summary>
    public FlowMod Mod => new()
    {
        Table = Table, Priority = (ushort)Priority, Cookie = Cookie, IdleTimeoutSeconds = IdleTimeoutSeconds,
        HardTimeoutSeconds = HardTimeoutSeconds, Importance = Importance, Flags = Flags, Match = Match, Actions = Actions,
    };

    /// <summary>Null unless its actions are parts of conjunctions.</summary>
    internal ConjunctionSet? Conjunctions { get; }

    /// <summary>The subtable it is in, and where it stands there; these belong to the classifier.</summary>
    internal Subtable? Subtable { get; set; }
    internal int Slot { get; set; }
    internal OpenFlowRule? NextLower { get; set; }
    internal OpenFlowRule? Previous { get; set; }
    internal OpenFlowRule? Next { get; set; }

    /// <summary>When the clock is to look at it again (<see cref="RuleClock"/>).</summary>
    internal long DueMs { get; set; } = long.MaxValue;

    /// <summary>Its place among those that may be evicted; these belong to <see cref="EvictionGroups"/>.</summary>
    internal EvictionGroup? EvictionGroup { get; set; }
    internal int EvictionIndex { get; set; }

    internal bool HasTimeout => (IdleTimeoutSeconds | HardTimeoutSeconds) != 0;

    /// <summary>Was replaced or removed; those who remember it may ask who stands for it now.</summary>
    internal OpenFlowRule Latest
    {
        get
        {
            var rule = this;
            while (rule._successor is { } next) rule = next;
            return rule;
        }
    }

    public void Credit(long packets, long bytes, long usedMs)
    {
        var rule = this;
        var counts = true;
        while (rule._successor is { } next)
        {
            counts &= rule._forwardsCounts;
            rule = next;
        }

        if (counts)
        {
            rule.Packets += packets;
            rule.Bytes += bytes;
        }

        rule.UsedMs = Math.Max(rule.UsedMs, usedMs);
    }

    /// <summary>As if it had been added at this time once more (a packet of a <c>learn</c> that made it).</summary>
    internal void Refresh(long nowMs) => ModifiedMs = nowMs;

    /// <summary>Lowers time-outs, and sets those that are missing (OVS: <c>ofproto_rule_reduce_timeouts</c>); 0 asks for nothing.</summary>
    internal void ReduceTimeouts(ushort idleSeconds, ushort hardSeconds)
    {
        if (idleSeconds != 0 && (IdleTimeoutSeconds == 0 || IdleTimeoutSeconds > idleSeconds)) IdleTimeoutSeconds = idleSeconds;
        if (hardSeconds != 0 && (HardTimeoutSeconds == 0 || HardTimeoutSeconds > hardSeconds)) HardTimeoutSeconds = hardSeconds;
    }

    /// <summary>Takes over what a rule that follows another keeps of it (OVS: <c>replace_rule_start</c>, <c>rule_insert</c>).</summary>
    internal void Succeed(OpenFlowRule old, bool isAdd, bool changesCookie, bool keepsCounts)
    {
        if (!isAdd)
        {
            (IdleTimeoutSeconds, HardTimeoutSeconds, Importance) = (old.IdleTimeoutSeconds, old.HardTimeoutSeconds, old.Importance);
            Flags = old.Flags;
            CreatedMs = old.CreatedMs;
            AddedAt = old.AddedAt;
        }

        if (!changesCookie || Cookie == ulong.MaxValue) Cookie = old.Cookie;
        UsedMs = old.UsedMs;
        if (keepsCounts) (Packets, Bytes) = (old.Packets, old.Bytes);
        (old._successor, old._forwardsCounts) = (this, keepsCounts);
    }

    /// <summary>Takes <see cref="Succeed"/> back.</summary>
    internal void EndSuccession() => _successor = null;

    /// <summary>The match lives in the subtable from now on.</summary>
    internal void Enter(Subtable subtable, int slot)
    {
        (Subtable, Slot, _shape) = (subtable, slot, subtable.Shape);
        (_match, _words) = (null, null);
    }

    /// <summary>The subtable forgets it; the match goes along.</summary>
    internal void Leave(ReadOnlySpan<ulong> words)
    {
        _words = words.ToArray();
        Subtable = null;
    }

    /// <summary>Its words, once it has left its subtable.</summary>
    internal ReadOnlySpan<ulong> OwnWords => _words;

    /// <summary>It will not come back; what it knows of its neighbours only keeps them alive.</summary>
    internal void Forget() => (Previous, Next) = (null, null);

    /// <summary>The line that <c>ovs-ofctl dump-flows</c> prints for it.</summary>
    public string Format(long nowMs, IOpenFlowPorts? ports = null) => RuleText.FormatDump(Mod, nowMs - CreatedMs, Packets, Bytes, ports);

    public override string ToString() => RuleText.Format(Mod);
}
