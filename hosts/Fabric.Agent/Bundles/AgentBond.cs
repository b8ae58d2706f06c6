using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// A bond at work (OVS: <c>ofproto/bond.c</c>): which of its members may be used, and which of them a frame takes. Members follow their
/// links, late by the delays configured; time is passed in.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>B1: an output member is enabled; a bond without an enabled member sends nothing.</item>
/// <item>B2: frames of one hash leave by one member until that member is disabled or load is shifted.</item>
/// <item>B3: a link that is up for less than <c>updelay</c>, or down for less than <c>downdelay</c>, changes nothing; only when no member
/// is
/// enabled at all is the rest of an updelay skipped.</item>
/// <item>B4: each decision that changed raises the bridge's version, so that flows are corrected.</item>
/// </list>
/// </summary>
public sealed class AgentBond
{
    public const int BucketCount = 256;

    private readonly AgentBridge _bridge;
    private readonly List<BondMember> _members = [];
    private readonly BondBucket[] _buckets = new BondBucket[BucketCount];
    private readonly uint _recircId;
    private MacAddress? _lastActiveMac;
    private bool _mustTeach;

    internal AgentBond(AgentBridge bridge, BondSettings settings, uint recircId)
    {
        _bridge = bridge;
        Settings = settings;
        _recircId = recircId;
        _lastActiveMac = settings.LastActiveMac;
        for (var i = 0; i < BucketCount; i++) _buckets[i] = new BondBucket(i);
    }

    public BondSettings Settings { get; private set; }

    public string Name => Settings.Name;

    /// <summary>In the order of the settings.</summary>
    public IReadOnlyList<BondMember> Members => _members;

    public IReadOnlyList<BondBucket> Buckets => _buckets;

    /// <summary>Of packets that the datapath has hashed; those of a bond that does not recirculate are none.</summary>
    public IEnumerable<OpenFlowRule> RulesAt(long nowMs) =>
        Settings.Mode != BondMode.BalanceTcp ? [] : _buckets.Select(b => b.RuleOf(RecircId, nowMs)).OfType<OpenFlowRule>();

    /// <summary>Takes multicast and, in an active-backup bond, everything.</summary>
    public BondMember? Active { get; private set; }

    /// <summary>MAC of the active member, or of the last one there was (<c>Port.bond_active_slave</c>).</summary>
    public MacAddress? ActiveMac => _lastActiveMac;

    public LacpStatus LacpStatus { get; private set; }

    /// <summary>Null while LACP is off.</summary>
    internal LacpAggregator? Lacp { get; private set; }

    /// <summary>The id that balance-tcp recirculates by; 0 for an active-backup bond, which has none.</summary>
    public uint RecircId => Settings.Mode == BondMode.ActiveBackup ? 0 : _recircId;

    /// <summary>The same, kept while the mode makes no use of it.</summary>
    internal uint OwnRecircId => _recircId;

    /// <summary>When load is next shifted between members.</summary>
    public long NextRebalanceMs { get; private set; }

    public bool IsBalanced => Settings.RebalanceIntervalMs > 0 && Settings.Mode != BondMode.ActiveBackup;

    /// <summary>Frames are hashed by the datapath and looked up again.</summary>
    public bool MayRecirculate => Settings.Mode == BondMode.BalanceTcp && LacpStatus == LacpStatus.Negotiated;

    /// <summary>No partner answered, and the settings say what to do then.</summary>
    private bool IsFallingBack =>
        Settings.HasLacpFallback && Settings.Mode != BondMode.ActiveBackup && LacpStatus == LacpStatus.Configured;

    public BondMember? FindMember(AgentPort port) => _members.Find(m => m.Port == port);

    public BondMember? FindMember(string name) => _members.Find(m => m.Port.Name == name);

    /// <summary>Takes new settings and members; members that stay keep their state.</summary>
    internal void Configure(BondSettings settings, IReadOnlyList<AgentPort> ports, long nowMs)
    {
        var balanceChanged = Settings.Mode != settings.Mode || Settings.HashBasis != settings.HashBasis
            || Settings.HasLacpFallback != settings.HasLacpFallback
            || (Settings.RebalanceIntervalMs == 0) != (settings.RebalanceIntervalMs == 0);
        Settings = settings;
        var kept = ports.Select(p => FindMember(p) ?? new BondMember(p)).ToList();
        _members.Clear();
        _members.AddRange(kept);
        if (Active is not null && !_members.Contains(Active)) Active = null;
        Lacp = settings.Lacp == LacpMode.Off ? null : Lacp ?? new LacpAggregator(_bridge.Settings.Mac);
        Lacp?.Configure(settings, ports, nowMs);
        foreach (var bucket in _buckets)
        {
            if (balanceChanged) bucket.TxBytes = 0;
            if (balanceChanged || bucket.Member is not null && !_members.Contains(bucket.Member)) bucket.Member = null;
        }

        if (NextRebalanceMs == 0 || balanceChanged) NextRebalanceMs = nowMs + settings.RebalanceIntervalMs;
        Run(nowMs);
        _bridge.PortChanged();
    }

    /// <summary>Follows the links of the members (OVS: <c>bond_run</c>).</summary>
    internal void Run(long nowMs)
    {
        RunLacp(nowMs);
        foreach (var member in _members) Follow(member, nowMs);
        var primary = Settings.Mode == BondMode.ActiveBackup ? _members.Find(m => IsPrimary(m) && m.IsEnabled) : null;
        if (Active is null || !Active.IsEnabled || (primary is not null && primary != Active)) ChooseActive();
        Spread();
    }

    /// <summary>Moves buckets from loaded to idle members when it is time (OVS: <c>bond_rebalance</c>).</summary>
    internal void Rebalance(long nowMs)
    {
        if (!IsBalanced || nowMs < NextRebalanceMs) return;
        NextRebalanceMs = nowMs + Settings.RebalanceIntervalMs;
        if (BondBalancer.Shift(_members, _buckets)) _bridge.PortChanged();
        foreach (var bucket in _buckets) bucket.TxBytes /= 2;
    }

    /// <summary>Makes a member active (<c>bond/set-active-slave</c>); false when it is disabled.</summary>
    public bool TrySetActive(BondMember member)
    {
        if (!member.IsEnabled) return false;
        if (Active == member) return true;
        Active = member;
        _lastActiveMac = member.Port.Settings.Mac;
        _bridge.PortChanged();
        return true;
    }

    /// <summary>Enables or disables a member by hand (<c>bond/enable-slave</c>, <c>bond/disable-slave</c>).</summary>
    public void SetEnabled(BondMember member, bool isEnabled)
    {
        Enable(member, isEnabled);
        if (Active is null || !Active.IsEnabled) ChooseActive();
        Spread();
    }

    /// <summary>Gives a bucket to a member (<c>bond/migrate</c>); false when the member is disabled.</summary>
    public bool TryMigrate(int bucket, BondMember member)
    {
        if (!member.IsEnabled) return false;
        if (_buckets[bucket].Member == member) return true;
        _buckets[bucket].Member = member;
        _bridge.PortChanged();
        return true;
    }

    /// <summary>
    /// Frames have changed members since the last call, and the switches beyond are to be told (OVS:
    /// <c>bond_should_send_learning_packets</c>). With LACP they notice by themselves.
    /// </summary>
    internal bool TakeMustTeach()
    {
        var must = _mustTeach;
        _mustTeach = false;
        return must && Active is not null && (LacpStatus == LacpStatus.Disabled
            ? Settings.Mode != BondMode.BalanceTcp : Settings.HasLacpFallback && LacpStatus == LacpStatus.Configured);
    }

    /// <summary>The member that frames of this host leave by; null when none may.</summary>
    internal BondMember? MemberFor(MacAddress source, ushort vlan) =>
        !CanSend ? null : EffectiveMode == BondMode.ActiveBackup ? Active : BucketOf(source, vlan).Member;

    /// <summary>May a frame that came in by this member be taken (OVS: <c>bond_check_admissibility</c>)?</summary>
    internal BondVerdict Admit(AgentPort port, MacAddress destination)
    {
        if (FindMember(port) is not { } member) return BondVerdict.Drop;
        if (LacpStatus == LacpStatus.Negotiated) return member.IsEnabled || member.MayEnable ? BondVerdict.Accept : BondVerdict.Drop;
        if (LacpStatus == LacpStatus.Configured && !Settings.HasLacpFallback) return BondVerdict.Drop;
        if (LacpStatus == LacpStatus.Disabled && Settings.Mode == BondMode.BalanceTcp) return BondVerdict.Drop;
        var allActive = Settings is { Mode: BondMode.BalanceSlb, AllMembersActive: true };
        if (destination.IsMulticast && member != Active && !allActive) return BondVerdict.Drop;
        if (Settings.Mode == BondMode.BalanceSlb) return BondVerdict.DropIfMoved;
        return member == Active ? BondVerdict.Accept : BondVerdict.Drop;
    }

    /// <summary>How the output member is chosen now (OVS: <c>choose_output_member</c>).</summary>
    internal BondMode EffectiveMode => LacpStatus == LacpStatus.Configured ? BondMode.ActiveBackup : Settings.Mode;

    /// <summary>False: every frame is dropped.</summary>
    internal bool CanSend =>
        LacpStatus != LacpStatus.Configured ? Settings.Mode != BondMode.BalanceTcp || LacpStatus == LacpStatus.Negotiated
        : Settings.HasLacpFallback;

    internal BondBucket BucketOf(MacAddress source, ushort vlan) =>
        _buckets[OvsHash.Mac(source, vlan, Settings.HashBasis) & (BucketCount - 1)];

    /// <summary>As long as a bond with LACP has no partner it sends nothing, unless it may fall back.</summary>
    private void RunLacp(long nowMs)
    {
        Lacp?.Run(nowMs);
        var status = Lacp is null ? LacpStatus.Disabled : Lacp.IsNegotiated ? LacpStatus.Negotiated : LacpStatus.Configured;
        foreach (var member in _members)
            member.MayEnable = member.Port.Bfd is not { IsForwarding: false } && Lacp?.MayEnable(member.Port) != false;
        if (LacpStatus == status) return;
        LacpStatus = status;
        ForgetBuckets();
        _bridge.PortChanged();
    }

    private bool IsPrimary(BondMember member) => Settings.Primary is not null && member.Port.Name == Settings.Primary;

    private void Follow(BondMember member, long nowMs)
    {
        var isUp = member.Port.IsUp && member.MayEnable;
        if (isUp == member.IsEnabled == (member.DelayExpiresMs is not null))
            member.DelayExpiresMs = isUp == member.IsEnabled ? null : nowMs + (isUp ? Settings.UpDelayMs : Settings.DownDelayMs);
        if (nowMs >= member.DelayExpiresMs) Enable(member, isUp);
    }

    private void Enable(BondMember member, bool isEnabled)
    {
        member.DelayExpiresMs = null;
        if (member.IsEnabled == isEnabled) return;
        member.IsEnabled = isEnabled;
        _mustTeach |= !isEnabled;
        _bridge.PortChanged();
    }

    private void ChooseActive()
    {
        var old = Active;
        Active = _members.Find(m => IsPrimary(m) && m.IsEnabled)
            ?? _members.Find(m => m.IsEnabled && m.Port.Settings.Mac == _lastActiveMac)
            ?? _members.Find(m => m.IsEnabled)
            ?? _members.Where(m => m.DelayExpiresMs is not null && m.MayEnable && m.Port.IsUp).MinBy(m => m.DelayExpiresMs);
        if (Active is { IsEnabled: false }) Enable(Active, true);
        _mustTeach |= Active is not null;
        if (Active == old) return;
        if (Active is not null) _lastActiveMac = Active.Port.Settings.Mac;
        _bridge.PortChanged();
    }

    private void ForgetBuckets()
    {
        foreach (var bucket in _buckets) (bucket.Member, bucket.TxBytes) = (null, 0);
    }

    /// <summary>
    /// Gives each bucket whose member is not usable to the next one in turn. OVS does so when a bucket is first used; here it is done at
    /// once, so that a translation changes nothing.
    /// </summary>
    private void Spread()
    {
        if (Settings.Mode == BondMode.ActiveBackup || IsFallingBack) return;
        var enabled = _members.FindAll(m => m.IsEnabled);
        var next = 0;
        foreach (var bucket in _buckets)
        {
            if (bucket.Member is { IsEnabled: true }) continue;
            var member = enabled.Count == 0 ? null : enabled[next++ % enabled.Count];
            if (bucket.Member == member) continue;
            bucket.Member = member;
            _bridge.PortChanged();
        }
    }
}
