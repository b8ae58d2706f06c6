using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The OpenFlow face of one bridge (OVS: <c>ofproto.c</c>, from <c>handle_openflow</c> on, with <c>connmgr.c</c>): its connections, what
/// they may do to tables, groups, meters and ports, and what each is told. It knows no sockets and no bytes but those that an error quotes;
/// a shell carries messages between it and the wire.
/// <para>Why one object for all connections: a request of one is news for the others (roles, flow monitors, flow-removed, forwarded
/// requests), and whether any controller is left decides how the bridge behaves.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>W1: a change is in force, and told to everyone it concerns, before the request's barrier is answered. With a
/// <see cref="Fence"/> that means every tier, otherwise the tables; the answer to a bundle's commit says as much as a barrier's.</item>
/// <item>W2: at most one connection is primary; another that becomes it makes the one before secondary.</item>
/// <item>W3: a bundle that fails at any message leaves rules, groups and monitors as they were.</item>
/// <item>W4: a standalone bridge whose controllers are lost forwards as an ordinary switch, and stops doing so when one lets it in.</item>
/// </list>
/// <para>Not modelled: in-band control, IPFIX, buffers of packets (as OVS, which keeps none), auxiliary connections.</para>
/// </summary>
public sealed partial class OpenFlowSwitch : IPacketInSink
{
    private readonly List<OpenFlowSession> _sessions = [];
    private readonly PacketFields _packets = new();

    public OpenFlowSwitch(AgentBridge bridge, IOpenFlowHost host)
    {
        (Bridge, Host) = (bridge, host);
        Ports = new SwitchPorts(this);
        Tables = new SwitchTables(bridge);
        bridge.PacketIns = this;
        bridge.Tables.RuleChanged += OnRuleChanged;
        bridge.Tables.VacancyChanged += OnVacancyChanged;
    }

    /// <summary>As of the user-space datapath: bands that drop, and every flag.</summary>
    public static MeterFeatures MeterFeatures { get; } = new(
        DatapathMeters.MaxMeters, 1 << 1, MeterFlags.KilobitsPerSecond | MeterFlags.PacketsPerSecond | MeterFlags.Burst
            | MeterFlags.Statistics, DatapathMeters.MaxBands, 0);

    public AgentBridge Bridge { get; }

    public SwitchPorts Ports { get; }

    public SwitchTables Tables { get; }

    public SwitchTexts Texts { get; set; } = new();

    public IReadOnlyList<OpenFlowSession> Sessions => _sessions;

    /// <summary>
    /// <c>durability: barrier</c>: tells the number of the last change that a journal knows of, and a barrier is answered once
    /// <see cref="Committed"/> covers it. Null: barriers do not wait.
    /// </summary>
    public Func<long>? LastChange { get; set; }

    /// <summary>All changes up to this one are saved.</summary>
    public long CommittedChange { get; private set; }

    /// <summary>
    /// Tells what has to happen before changes are in force in flows, too; then <see cref="FenceMoved"/> is to be called. Null: barriers
    /// do not wait for it.
    /// </summary>
    public PolicyFence? Fence { get; init; }

    internal long RoundInForce => Fence?.InForce ?? 0;

    internal IOpenFlowHost Host { get; }

    internal RoleElection Election { get; } = new();

    /// <summary>All four types, weights, liveness and chaining, and every action of the version.</summary>
    public static GroupFeatures GroupFeatures(OpenFlowVersion version)
    {
        var actions = SwitchTables.ActionsOf(version);
        return new GroupFeatures(
            0xf, 7, [GroupMod.MaxGroup, GroupMod.MaxGroup, GroupMod.MaxGroup, GroupMod.MaxGroup], [actions, actions, actions, actions]);
    }

    /// <summary>A connection has agreed on a version.</summary>
    public OpenFlowSession Accept(SessionSettings settings, OpenFlowVersion version)
    {
        var session = new OpenFlowSession(this, settings, version);
        _sessions.Add(session);
        Bridge.WantsMisses = _sessions.Exists(s => s.WantsMisses);
        return session;
    }

    public void Close(OpenFlowSession session)
    {
        _sessions.Remove(session);
        foreach (var controller in _controllers) controller.Connected.Remove(session);
        Bridge.WantsMisses = _sessions.Exists(s => s.WantsMisses);
    }

    /// <summary>Lets time pass: time-outs of bundles, rate limits, slow readers, ports that changed, lost controllers.</summary>
    public void Run(long nowMs)
    {
        _nowMs = nowMs;
        Ports.Refresh(nowMs);
        RunFailOpen(nowMs);
        foreach (var session in _sessions) session.Run(nowMs);
        FlushMonitors();
    }

    /// <summary>A journal has saved all changes up to this one: barriers that waited for it are answered.</summary>
    public void Committed(long change)
    {
        CommittedChange = Math.Max(CommittedChange, change);
        FenceMoved();
    }

    /// <summary>Barriers whose round is over are answered.</summary>
    public void FenceMoved()
    {
        foreach (var session in _sessions) session.AnswerBarriers();
    }

    internal OpenFlowError Apply(FlowModMessage message, OpenFlowSession source, long nowMs)
    {
        (_requestXid, _nowMs) = (message.Xid, nowMs);
        var error = CheckEarly(message.Request);
        if (error == OpenFlowError.None) Bridge.Tables.TryApply(message.Request, nowMs, null, out error, out _, source);
        return error;
    }

    internal OpenFlowError Apply(GroupModMessage message, OpenFlowSession source, long nowMs)
    {
        (_requestXid, _nowMs) = (message.Xid, nowMs);
        var isModification = Bridge.Tables.Groups.Find(message.Request.GroupId) is not null;
        if (Bridge.Tables.Groups.TryApply(message.Request, nowMs, out var error, source)) Forward(message, isModification, source);
        return error;
    }

    internal OpenFlowError Apply(MeterModMessage message, OpenFlowSession source, long nowMs)
    {
        _nowMs = nowMs;
        if (Bridge.Tables.Meters.TryApply(message.Request, nowMs, out var error)) Forward(message, false, source);
        return error;
    }

    internal OpenFlowError Apply(TableMod mod)
    {
        Tables.TryApply(mod, out var error);
        return error;
    }

    internal OpenFlowError Apply(TlvTableMod mod)
    {
        if (!Bridge.TunnelOptions.TryApply(mod.Command, mod.Mappings, out var changed, out var error)) return error;
        if (TunnelFieldUse.Of(Bridge.Tables, mod) is { } refused) return refused;
        Bridge.TunnelOptions = changed;
        Bridge.PortChanged();
        return OpenFlowError.None;
    }

    /// <summary>
    /// What is wrong with a request whatever the tables hold; a bundle says so when the message is added. That its actions fit its match
    /// is known: the codec reads no others.
    /// </summary>
    internal static OpenFlowError CheckEarly(FlowMod mod)
    {
        var isDelete = mod.Command is FlowModCommand.Delete or FlowModCommand.DeleteStrict;
        if (!isDelete && (mod.Table == OpenFlowTables.InternalTable || HasHiddenFields(mod.Match))) return OpenFlowError.BrcEperm;
        return !isDelete && mod.BufferId != FlowMod.NoBuffer ? OpenFlowError.BrcBufferUnknown : OpenFlowError.None;
    }

    /// <summary>Only rules of the switch's own look at these (OVS: <c>match_has_default_hidden_fields</c>).</summary>
    private static bool HasHiddenFields(Match match) => match.Value.Packet.RecircId != 0 || match.Mask.Packet.DpHash != 0;

    /// <summary>Is this a packet-out that can be run?</summary>
    internal OpenFlowError Check(PacketOutMessage message, OpenFlowSession source)
    {
        if (message.BufferId != FlowMod.NoBuffer) return OpenFlowError.BrcBufferUnknown;
        var error = ActionCheck.Check(message.Actions, _packets.Of(message), source.Version);
        return error != OpenFlowError.None ? error : RuleActions.Check(message.Actions, Bridge.Tables);
    }
}
