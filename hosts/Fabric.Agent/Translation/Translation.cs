using System.Runtime.InteropServices;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// One packet's way through the tables (OVS: <c>ofproto-dpif-xlate.c</c>, <c>struct xlate_ctx</c>). It answers two questions at once: which
/// datapath actions have the same effect as the rules, and which bits of the packet that depends on. Where rules need to know what only the
/// datapath finds out (a connection's state, a hash, the header behind the last label), the translation is frozen: the datapath sends the
/// packet back with an id, and another translation goes on from the <see cref="FrozenState"/> of that id.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>T1: two packets that agree in every bit of the mask get equal actions, masks and credit. A bit is un-wildcarded when it is
/// compared, copied, overwritten, or tells that a field exists.</item>
/// <item>T2: changes of headers are committed lazily: a set or push appears only before an output that needs it, once, and covers only bits
/// that differ from what the packet has by then.</item>
/// <item>T3: a packet never leaves by the port it came in by, unless the rule says IN_PORT.</item>
/// <item>T4: a translation ends: at most 64 nested steps back, 4,096 resubmits, 64 kB of datapath actions and of stack.</item>
/// <item>T5: a translation itself changes no table; its effects are in the <see cref="XlateCache"/>.</item>
/// <item>T6: what a clone, a bucket or another bridge does to the packet is undone for the actions that follow.</item>
/// </list>
/// <para>Not modelled here: NSH, MPLS as an outermost header, encapsulation by IP routing (the datapath's tunnel ports do that), sFlow,
/// NetFlow, IPFIX, multicast snooping, spanning tree, CFM, LLDP.</para>
/// </summary>
internal sealed partial class Translation
{
    /// <summary>OVS <c>OFPP_UNSET</c>: the action set has no output.</summary>
    public const uint NoActionSetOutput = 0xffff_fff7;

    /// <summary>OVS <c>MAX_DEPTH</c>.</summary>
    private const int MaxDepth = 64;

    /// <summary>OVS <c>MAX_RESUBMITS</c>.</summary>
    private const int MaxResubmits = MaxDepth * MaxDepth;

    /// <summary>Bytes of datapath actions, as Netlink would count them, and of stack.</summary>
    private const int MaxSize = ushort.MaxValue;

    private readonly ITranslationWorld _world;
    private readonly XlateTrace? _trace;
    private readonly XlateCache _cache;
    private readonly bool _hasEffects;
    private readonly bool _isPacketOut;
    private readonly int _packetSize;

    private List<DatapathAction> _output = null!;
    private List<OpenFlowAction> _actionSet = null!;
    private List<StackValue>? _stack;
    private int _outputSize;
    private int _stackSize;

    /// <summary>Borrowed from <see cref="Run(ref FlowKey)"/> to <see cref="Finish"/>, as the lists are; null before and after.</summary>
    private TranslationKeys _keys = null!;
    private AgentBridge _bridge = null!;
    private AgentBridge? _arrivedIn;

    /// <summary>Where the packet entered the first bridge; null when it came from a controller.</summary>
    private AgentPort? _entry;
    private OpenFlowRule? _rule;
    private ulong _cookie = ulong.MaxValue;
    private FrozenState? _frozen;
    private byte _table;
    private int _depth;
    private int _resubmits;
    private bool _isExiting;
    private bool _isActionSet;
    private bool _actionSetHasGroup;
    private bool _hasPendingEncap;
    private bool _isTracked;
    private bool _wasMpls;
    private uint _slow;

    /// <summary>The packet came with this second tag, which rules may not see (<see cref="LimitVlans"/>).</summary>
    private (ushort Tpid, ushort Tci) _innerTag;
    private XlateError _error;

    /// <summary>The translation was given up at a point where OVS leaves the mask as it is.</summary>
    private bool _isAborted;
    private uint _originalPriority;
    private Ipv4Address _ownTunnelAddress;
    private Ipv6Address _ownTunnelAddressV6;

    private ref OpenFlowKey _flow => ref _keys.Flow;

    private ref OpenFlowKey _base => ref _keys.Base;

    private ref OpenFlowKey _mask => ref _keys.Mask;

    private ref OpenFlowKey _arrived => ref _keys.Arrived;

    /// <param name="hasEffects">There is a packet, so what it causes (learning and the like) will be done.</param>
    /// <param name="packetSize">0 without a packet.</param>
    public Translation(
        ITranslationWorld world, bool hasEffects, TraceOptions? trace = null, bool isPacketOut = false, int packetSize = 0)
    {
        _packetSize = packetSize;
        _world = world;
        _cache = world.BorrowCache();
        _hasEffects = hasEffects;
        _isPacketOut = isPacketOut;
        _trace = trace is null ? null : new XlateTrace(trace);
    }

    /// <summary>Packets that the datapath would send back, when tracing.</summary>
    public IReadOnlyList<TraceContinuation> Continuations => _trace?.Continuations ?? [];

    /// <summary>Translates a packet with this datapath key.</summary>
    public XlateResult Run(ref FlowKey key)
    {
        Borrow();
        _flow.Packet = key;
        if (FindInput(ref key, out var port, out _error) is { } bridge)
        {
            _flow.InPort = port;
            return Run(bridge, null);
        }

        _arrived = _flow;
        _flow.ActionSetOutput = NoActionSetOutput;
        InitMask();
        return Finish(null);
    }

    /// <summary>
    /// Translates a packet in a bridge, with <paramref name="actions"/> instead of what its tables say when they are given.
    /// </summary>
    public XlateResult Run(AgentBridge bridge, ref OpenFlowKey flow, OpenFlowActions? actions)
    {
        Borrow();
        _flow = flow;
        return Run(bridge, actions);
    }

    /// <summary>Goes on after a controller had the packet.</summary>
    public XlateResult Resume(FrozenState state, ref OpenFlowKey flow)
    {
        Borrow();
        _flow = flow;
        _frozen = state;
        return Run(state.Bridge, null);
    }

    private void Borrow()
    {
        _keys = _world.BorrowKeys();
        (_output, _actionSet) = (_keys.Output, _keys.ActionSet);
    }

    private XlateResult Run(AgentBridge bridge, OpenFlowActions? actions)
    {
        (_bridge, _arrivedIn) = (bridge, bridge);
        _innerTag = (_flow.Packet.InnerVlanTpid, _flow.Packet.InnerVlanTci);
        LimitVlans(ref _flow.Packet);
        _flow.ActionSetOutput = NoActionSetOutput;
        _arrived = _flow;
        InitMask();
        _originalPriority = _flow.Packet.SkbPriority;
        _ownTunnelAddress = _flow.Packet.TunnelDestination;
        _ownTunnelAddressV6 = _flow.Packet.TunnelDestinationV6;
        _base = _flow;
        ClearTunnel(ref _base);
        _trace?.Bridge(bridge);
        Translate(bridge, actions);
        return Finish(bridge);
    }

    /// <summary>The bridge that a packet is in, and the port that it came in by (OVS: <c>xlate_lookup</c>).</summary>
    public AgentBridge? FindInput(ref FlowKey key, out OfpPort port, out XlateError error)
    {
        error = XlateError.None;
        port = OfpPort.None;
        var state = key.RecircId == 0 ? null : _world.FindRecirculation(key.RecircId)?.State;
        if (key.RecircId != 0 && state is null && _world.FindBond(key.RecircId) is null)
        {
            error = XlateError.NoRecirculationContext;
            return null;
        }

        if (state is not null)
        {
            if (state.InPort == OfpPort.None || state.InPort == OfpPort.Controller)
            {
                port = state.InPort;
                return state.Bridge;
            }

            if (state.Input is { } input && input.Bridge.FindPort(input.Number) == input)
            {
                port = input.Number;
                return input.Bridge;
            }
        }

        var found = key.HasTunnel ? _world.FindTunnelInput(ref key) : _world.FindInput(key.InPort);
        error = found is not null ? XlateError.None : key.HasTunnel ? XlateError.NoTunnelPort : XlateError.NoInputPort;
        port = found?.Number ?? OfpPort.None;
        return found?.Bridge;
    }

    private void Translate(AgentBridge bridge, OpenFlowActions? actions)
    {
        if (_flow.Packet.RecircId != 0 && _world.FindBond(_flow.Packet.RecircId) is { } bond)
        {
            Resume(bond);
            return;
        }

        if (!TryThaw(actions is { Count: > 0 })) return;
        if (_frozen is null) _isTracked = (_flow.Packet.CtState & ConnectionBits.Tracked) != 0;
        else if (_frozen.Actions.Count > 0) actions = _frozen.Actions;
        if (!TryReadTunnelOptions()) return;

        // Where it came from just now; after thawing, the flow's own input port is where it came from at first.
        var input = bridge.FindPort(_base.InPort);
        if (input is not null && input.Settings.Type != AgentPortType.Patch) _entry = input;
        if (actions is null)
        {
            _rule = LookUp(_flow.InPort, honoursMiss: true, mayPacketIn: true);
            actions = _rule.Actions;
        }

        if (_frozen is null && input is { Settings.Type: AgentPortType.Tunnel }) _cache.AddTunnelInput(input);
        if (_frozen is null && IsSpecial(input))
        {
            MirrorInput();
            return;
        }

        if (input is { Bundle.IsMirrorOutput: true })
        {
            _trace?.Error($"dropping packet received on port {input.Bundle.Name}, which is reserved exclusively for mirroring");
            return;
        }

        if (!TryTakeCongestionMark())
        {
            _error = XlateError.CongestionMarkLost;
            return;
        }

        if (input is not null && !MayReceive(input)) return;
        if (_rule is not null) _cookie = _rule.Cookie;
        MirrorInput();
        Execute(actions.Span, isLast: true);
        _isAborted = _error != XlateError.None;
        if (!_isAborted) EndPipeline();
    }

    /// <summary>What is left to do after the actions: the action set, unless the packet comes back for it.</summary>
    private void EndPipeline()
    {
        if (!_isFreezing) RunActionSet();
        if (_isFreezing) FinishFreezing();
    }

    private bool MayReceive(AgentPort port)
    {
        const ulong spanningTree = 0x0180_c200_0000;
        var isSpanningTree = _flow.Packet.EthDestination.Value == spanningTree && _flow.Packet.EthType == FlowKey.NonEthernetType;
        var refused = isSpanningTree ? PortConfigurationBits.NoReceiveStp : PortConfigurationBits.NoReceive;
        return (port.Configuration & refused) == 0;
    }

    /// <summary>Copies "congestion experienced" from the outer to the inner header; false when that is impossible (RFC 6040).</summary>
    private bool TryTakeCongestionMark()
    {
        // Without being told which packets these are, the oracle has left them to the host.
        if (_oracle is not null) return true;
        if (!_flow.Packet.HasTunnel || !IsIp || (_flow.Packet.TunnelTos & 3) != 3) return true;
        if ((_flow.Packet.NwTos & 3) == 0) return false;
        _flow.Packet.NwTos |= 3;
        return true;
    }

    private bool IsIp
    {
        get
        {
            AskType();
            return _flow.Packet.EthType is EtherType.Ipv4 or EtherType.Ipv6;
        }
    }

    private XlateResult Finish(AgentBridge? bridge)
    {
        if (_oracle is not null) SettlePins();
        if (_outputSize > MaxSize - 4) _slow |= SlowPath.Action;
        var consulted = _mask;
        if (!_isAborted && bridge is not null) FinishMask(ref consulted);
        if (_error != XlateError.None) Reset();
        else UnwrapLastClone();
        FinishTunnelOptions();
        FinishMask(ref _mask);
        _mask.Packet.RecircId = uint.MaxValue;
        var mask = new FlowMask { Bits = _mask.Packet };
        AddTagPresence(ref mask.Bits, _arrived.Packet.VlanTci, _innerTag.Tci);
        mask.Bits.Normalize();
        var actions = _output.Count == 0
            ? DatapathActions.Drop
            : _world.Actions.Get(new DatapathActions(CollectionsMarshal.AsSpan(_output)));
        var result = new XlateResult
        {
            Actions = actions,
            SharedMask = _world.Masks.Get(ref mask),
            Cache = _cache,
            Input = bridge is null ? null : _entry,
            Error = _error,
            LacpPort = _lacpPort,
            BfdPorts = _bfdPorts,
            SlowReasons = _slow,
            IsShortLived = _isShortLived,
            Trace = _trace?.Finish(ref _arrived, ref _flow, ref consulted, actions, ErrorToTell, _slow, bridge),
        };
        _world.GiveBack(_keys);
        _keys = null!;
        return result;
    }

    /// <summary>A congestion drop is what ought to happen, so a trace does not call it a failure.</summary>
    private XlateError ErrorToTell => _error == XlateError.CongestionMarkLost ? XlateError.None : _error;

    private void Reset()
    {
        _slow = 0;
        _output.Clear();
    }

    /// <summary>Nothing follows, so nothing needs the packet as it was (OVS: <c>xlate_optimize_odp_actions</c>).</summary>
    private void UnwrapLastClone()
    {
        if (_output.Count == 0 || _output[^1] is not CloneAction { Actions: var nested }) return;
        _output.RemoveAt(_output.Count - 1);
        _output.AddRange(nested);
    }
}
