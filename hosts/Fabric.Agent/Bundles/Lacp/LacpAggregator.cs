using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// LACP for one bond (IEEE 802.1AX clause 6.4; OVS: <c>lib/lacp.c</c>): finds out which links lead to one and the same partner. Pure: PDUs
/// go in and are asked for, time is passed in.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>L1: a link is attached only if its partner has the system and key of the others'; the best link decides which.</item>
/// <item>L2: a link may carry frames when it is attached and its partner says so too.</item>
/// <item>L3: a partner unheard of for three of its intervals is asked quickly for 3 s, and then given up.</item>
/// </list>
/// <para>Not modelled: the marker protocol, churn detection, configured port ids, keys and priorities.</para>
/// </summary>
internal sealed class LacpAggregator
{
    private const int FastMs = 1_000;
    private const int SlowMs = 30_000;
    private const int MissedIntervals = 3;

    private readonly MacAddress _system;
    private readonly List<LacpMember> _members = [];
    private bool _isActive;
    private bool _isFast;
    private bool _hasFallback;
    private bool _mustAttach = true;

    public LacpAggregator(MacAddress system) => _system = system;

    public IReadOnlyList<LacpMember> Members => _members;

    public bool IsNegotiated { get; private set; }

    public void Configure(BondSettings settings, IReadOnlyList<AgentPort> ports, long nowMs)
    {
        (_isActive, _isFast, _hasFallback) = (settings.Lacp == LacpMode.Active, settings.HasFastLacp, settings.HasLacpFallback);
        var kept = ports.Select(p => Find(p) ?? Begin(p, nowMs)).ToList();
        _members.Clear();
        _members.AddRange(kept);
        _mustAttach = true;
    }

    public LacpMember? Find(AgentPort port) => _members.Find(m => m.Port == port);

    public bool MayEnable(AgentPort port) => Find(port) is { } member && MayEnable(member);

    /// <summary>A frame of the slow protocols that came in by this link.</summary>
    public void Receive(AgentPort port, ReadOnlySpan<byte> frame, long nowMs)
    {
        if (Find(port) is not { } member) return;
        member.ReceivedPdus++;
        if (!LacpPdu.TryParse(frame, out var pdu))
        {
            if (LacpPdu.IsMarker(frame)) member.MarkerPdus++;
            else member.BadPdus++;
            return;
        }

        if (!port.IsUp) return;
        member.Status = LacpMemberStatus.Current;
        member.ExpiresMs = nowMs + MissedIntervals * (_isFast ? FastMs : SlowMs);
        member.Told = pdu.Partner;
        _mustAttach |= member.Partner != pdu.Actor;
        member.Partner = pdu.Actor;
    }

    /// <summary>Follows links and time. Ask <see cref="TakePdu"/> afterwards.</summary>
    public void Run(long nowMs)
    {
        foreach (var member in _members)
        {
            if (member.IsUp != member.Port.IsUp)
            {
                member.IsUp = member.Port.IsUp;
                member.LinkChangeCount++;
                if (member.Status == LacpMemberStatus.Current || _isActive) Expire(member, nowMs);
            }

            if (nowMs < member.ExpiresMs) continue;
            if (member.Status == LacpMemberStatus.Current)
            {
                Expire(member, nowMs);
                member.ExpiredCount++;
            }
            else if (member.Status == LacpMemberStatus.Expired)
            {
                (member.Status, member.Partner) = (LacpMemberStatus.Defaulted, default);
                member.DefaultedCount++;
                _mustAttach = true;
            }
        }

        if (_mustAttach) Attach();
    }

    /// <summary>What is to be told by this link now; null when the other end knows it all.</summary>
    public LacpPdu? TakePdu(LacpMember member, long nowMs)
    {
        if (!member.IsUp || (!_isActive && member.Status == LacpMemberStatus.Defaulted)) return null;
        var actor = ActorOf(member);
        if (nowMs < member.NextSendMs && actor.TellsTheSameAs(member.Told)) return null;
        member.Told = actor;
        member.SentPdus++;
        member.NextSendMs = nowMs + (member.Partner.State.HasFlag(LacpState.ShortTimeout) ? FastMs : SlowMs);
        return new LacpPdu(actor, member.Partner);
    }

    private bool MayEnable(LacpMember member) => member.IsAttached
        && (member.Partner.State.HasFlag(LacpState.Synchronised) || (_hasFallback && member.Status == LacpMemberStatus.Defaulted));

    private LacpMember Begin(AgentPort port, long nowMs)
    {
        var member = new LacpMember(port);
        if (_isActive || IsNegotiated) Expire(member, nowMs);
        return member;
    }

    private void Expire(LacpMember member, long nowMs)
    {
        member.Status = LacpMemberStatus.Expired;
        member.Partner = member.Partner with { State = (member.Partner.State | LacpState.ShortTimeout) & ~LacpState.Synchronised };
        member.ExpiresMs = nowMs + MissedIntervals * FastMs;
    }

    /// <summary>OVS: <c>lacp_update_attached</c>.</summary>
    private void Attach()
    {
        _mustAttach = false;
        var working = _members.Where(m => m is { Status: LacpMemberStatus.Current, IsAttached: true }).MinBy(RankOf);
        var lead = working;
        foreach (var member in _members)
        {
            // A link to ourselves aggregates nothing, and one to nobody only falls back.
            member.IsAttached = member.Partner.System != _system && (member.Status == LacpMemberStatus.Defaulted
                ? _hasFallback : working is null || member.Partner.System == working.Partner.System);
            if (!member.IsAttached || member.Status == LacpMemberStatus.Defaulted) continue;
            if (lead is null || IsBetter(member, lead)) lead = member;
        }

        IsNegotiated = lead is not null;
        if (lead is null) return;
        foreach (var member in _members)
            member.IsAttached &= member.Status != LacpMemberStatus.Defaulted
                && (member.Partner.Key, member.Partner.System) == (lead.Partner.Key, lead.Partner.System);
    }

    private bool IsBetter(LacpMember member, LacpMember other)
    {
        var (may, otherMay) = (MayEnable(member), MayEnable(other));
        return may != otherMay ? may : RankOf(member).CompareTo(RankOf(other)) < 0;
    }

    /// <summary>As the system with the better priority, or else the smaller address, ranks its links.</summary>
    private (ushort, ulong, ushort, ushort) RankOf(LacpMember member)
    {
        var actor = ActorOf(member);
        return (actor.SystemPriority, actor.System.Value).CompareTo((member.Partner.SystemPriority, member.Partner.System.Value)) < 0
            ? actor.Rank : member.Partner.Rank;
    }

    /// <summary>What this end says of a link.</summary>
    public LacpInfo ActorOf(LacpMember member)
    {
        var state = (_isActive ? LacpState.Active : 0) | (_isFast ? LacpState.ShortTimeout : 0)
            | (member.IsAttached ? LacpState.Synchronised : 0) | (_members.Count > 1 ? LacpState.Aggregatable : 0)
            | (member.Status == LacpMemberStatus.Defaulted ? LacpState.Defaulted : 0)
            | (member.Status == LacpMemberStatus.Expired ? LacpState.Expired : 0)
            | (member.IsAttached || !IsNegotiated ? LacpState.Collecting | LacpState.Distributing : 0);
        // As OVS: of two systems the active one has the say.
        var priority = (ushort)(ushort.MaxValue - (_isActive ? 1 : 0));
        return new LacpInfo(
            priority, _system, _members[0].Port.Number.Value, ushort.MaxValue, member.Port.Number.Value, state);
    }
}
