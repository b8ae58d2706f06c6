using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// The agent of one server (ovs-vswitchd): bridges with their ports and rules, the translation of packets that the datapath did not know,
/// and
/// the upkeep of the flows made from them. It decides; the datapath forwards. The parts are apart on purpose: <see cref="Classifier"/>
/// finds
/// rules, <see cref="Translation"/> turns a packet into actions and a mask, <see cref="Revalidator"/> keeps earlier answers true, and this
/// class is their one door.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>A1: an upcall is answered by one execution of its packet (a drop is one too), and by at most one flow put.</item>
/// <item>A2: packets are counted once: by the upcall that carried them, or by the statistics of the flow that forwarded them.</item>
/// <item>A3: after <see cref="Revalidator.EndSweep"/> no flow says what rules said before the sweep began.</item>
/// </list>
/// <para>Not modelled here: OVSDB and OpenFlow connections.</para>
/// </summary>
public sealed partial class OvsAgent : ITranslationWorld
{
    private readonly Dictionary<string, AgentBridge> _bridges = [];
    private readonly Dictionary<OdpPort, AgentPort> _inputs = [];
    private readonly TunnelInputs _tunnels = new();
    private readonly RecentCaches _recentCaches = new();
    private readonly RecentMasks _recentMasks = new();
    private XlateCache? _idleCache;
    private long _version;

    /// <summary>Of the last call that told the time.</summary>
    private TranslationKeys? _idleKeys;
    private long _nowMs;

    /// <param name="life">Greater than that of an agent whose datapath this one takes over.</param>
    public OvsAgent(RevalidatorOptions? options = null, ulong life = 0)
    {
        Revalidator = new Revalidator(options ?? new RevalidatorOptions(), Retranslate, () => Version)
        {
            Forget = cache => cache.Release(Recirculations, _nowMs),
            Told = flow => Fence!.Told(flow),
            PutAgain = () => Fence!.DatapathLost(),
        };
        Fence = new PolicyFence(this, life);
    }

    public Revalidator Revalidator { get; }

    /// <summary>What packets that come back from the datapath go on with.</summary>
    public RecircContexts Recirculations { get; } = new();

    /// <summary>Of all bridges.</summary>
    public DatapathMeters DatapathMeters { get; } = new();

    /// <summary>Off: new flows match every field of their packet (OVS: <c>upcall/disable-megaflows</c>).</summary>
    public bool HasMegaflows { get; set; } = true;

    /// <summary>
    /// The datapath knows queues by their numbers, as <c>dpif-netdev</c>; otherwise by traffic classes, as the kernel
    /// (<see cref="QosSettings.PriorityOf"/>).
    /// </summary>
    public bool HasPlainQueues { get; init; }

    /// <summary>For those who show flows as they were made.</summary>
    public FlowMade? FlowMade { get; set; }

    /// <summary>What translations may ask of the datapath.</summary>
    public DatapathFeatures Features { get; init; } = new();

    /// <summary>Tags that rules see and look behind, 1 or 2 (OVS: <c>other_config:vlan-limit</c>, which is 1 unless the database says
    /// otherwise).</summary>
    public int VlanLimit
    {
        get;
        set
        {
            if (field != value) _version++;
            field = value;
            Features.LimitVlanHeaders(value);
        }
    } = 2;

    public IEnumerable<AgentBridge> Bridges => _bridges.Values.OrderBy(b => b.Name, StringComparer.Ordinal);

    /// <summary>Grows with every change that may alter a translation.</summary>
    public long Version
    {
        get
        {
            var version = _version;
            foreach (var bridge in _bridges.Values) version += bridge.Tables.Version + bridge.Macs.Version + bridge.PortVersion;
            return version;
        }
    }

    /// <summary>
    /// Grows with those of these changes that are neither of single rules nor of addresses learned. It says only whether there were any.
    /// </summary>
    internal long OtherVersion => _version + _bridges.Values.Sum(b => b.Tables.OtherVersion + b.PortVersion);

    /// <summary>When changes are in force in all flows.</summary>
    public PolicyFence Fence { get; }

    public AgentBridge? FindBridge(string name) => _bridges.GetValueOrDefault(name);

    /// <summary>Translations may turn out otherwise from now on.</summary>
    internal void FeaturesChanged() => _version++;

    /// <summary>Grows with every change that may alter what packets come to, addresses learned excepted.</summary>
    internal long ExplicitVersion => _version + _bridges.Values.Sum(b => b.Tables.Version + b.PortVersion);

    /// <summary>Null unless the NIC is to know what rules come to before packets ask.</summary>
    public ExplicitOffload? Explicit { get; private set; }

    public void OffloadExplicitly(ExplicitOptions? options = null) => Explicit = new ExplicitOffload(this, options);

    /// <summary>Adds, changes or removes rules of a bridge.</summary>
    public bool TryApply(string bridgeName, FlowMod mod, long nowMs, out string? error, List<OpenFlowRule>? removed = null)
    {
        if (FindBridge(bridgeName) is { } bridge) return bridge.Tables.TryApply(mod, nowMs, removed, out error);
        error = $"there is no bridge {bridgeName}; bridges are {string.Join(", ", Bridges.Select(b => b.Name))}";
        return false;
    }

    /// <summary>Adds a rule written as for <c>ovs-ofctl add-flow</c>.</summary>
    public bool TryAddRule(string bridgeName, string text, long nowMs, out string? error)
    {
        var ports = (IOpenFlowPorts?)FindBridge(bridgeName) ?? NoOpenFlowPorts.Instance;
        return RuleText.TryParse(text, ports, out var mod, out error) && TryApply(bridgeName, mod, nowMs, out error);
    }

    /// <summary>Removes rules, described as for <c>ovs-ofctl del-flows</c>.</summary>
    public bool TryDeleteRules(string bridgeName, string text, bool strict, long nowMs, out string? error)
    {
        var ports = (IOpenFlowPorts?)FindBridge(bridgeName) ?? NoOpenFlowPorts.Instance;
        return RuleText.TryParseDelete(text, ports, strict, out var mod, out error) && TryApply(bridgeName, mod, nowMs, out error);
    }

    /// <summary>The rules of a bridge as <c>ovs-ofctl dump-flows</c> prints them, one a line.</summary>
    public IEnumerable<string> DumpRules(string bridgeName, long nowMs) =>
        FindBridge(bridgeName)?.Tables.Rules.Select(r => r.Format(nowMs)) ?? [];

    /// <summary>Lets rules and addresses age. Returns the rules that left.</summary>
    public IReadOnlyList<OpenFlowRule> Tick(long nowMs)
    {
        Run(nowMs);
        return Age(nowMs);
    }

    /// <summary>The part of <see cref="Tick"/> that time alone brings about.</summary>
    public void Run(long nowMs)
    {
        _nowMs = nowMs;
        foreach (var bridge in _bridges.Values) bridge.RunBonds(nowMs);
        Recirculations.Expire(nowMs);
    }

    /// <summary>
    /// The part of <see cref="Tick"/> in which statistics count. OVS does it right after each sweep, so that no rule is thought idle only
    /// because nobody has asked the datapath.
    /// </summary>
    public IReadOnlyList<OpenFlowRule> Age(long nowMs)
    {
        _nowMs = nowMs;
        var removed = new List<OpenFlowRule>();
        foreach (var bridge in _bridges.Values)
        {
            bridge.Macs.Expire(nowMs);
            bridge.Tables.Expire(nowMs, removed);
        }

        return removed;
    }

    AgentPort? ITranslationWorld.FindInput(OdpPort port) => _inputs.GetValueOrDefault(port);

    AgentPort? ITranslationWorld.FindTunnelInput(ref FlowKey key) => _tunnels.Find(ref key);

    AgentPort? ITranslationWorld.FindPeer(AgentPort patch)
    {
        foreach (var bridge in _bridges.Values)
            if (bridge.FindPort(patch.Settings.Peer ?? "") is { Settings.Type: AgentPortType.Patch } peer
                && peer.Settings.Peer == patch.Name) return peer;
        return null;
    }

    AgentBond? ITranslationWorld.FindBond(uint recircId) =>
        _bridges.Values.SelectMany(b => b.Bonds).FirstOrDefault(b => b.RecircId == recircId);

    RecircContext? ITranslationWorld.FindRecirculation(uint id) => Recirculations.Find(id);

    RecircContext ITranslationWorld.AcquireRecirculation(FrozenState state) => Recirculations.Acquire(state);

    bool ITranslationWorld.HasBridge(AgentBridge bridge) => _bridges.GetValueOrDefault(bridge.Name) == bridge;

    uint? ITranslationWorld.PriorityOf(uint queue) =>
        HasPlainQueues ? queue : QosSettings.PriorityOf(queue) is not 0 and var priority ? priority : null;

    long ITranslationWorld.NowMs => _nowMs;

    ActionCache<DatapathActions> ITranslationWorld.Actions { get; } = new(actions => actions);

    RecentMasks ITranslationWorld.Masks => _recentMasks;

    XlateCache ITranslationWorld.BorrowCache()
    {
        var cache = _idleCache ?? new XlateCache();
        _idleCache = null;
        return cache;
    }

    TranslationKeys ITranslationWorld.BorrowKeys()
    {
        var keys = _idleKeys ?? new TranslationKeys();
        _idleKeys = null;
        return keys;
    }

    void ITranslationWorld.GiveBack(TranslationKeys keys)
    {
        keys.Clear();
        _idleKeys = keys;
    }
}
