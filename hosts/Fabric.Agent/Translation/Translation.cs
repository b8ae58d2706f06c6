using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// One packet's way through the tables (OVS: <c>ofproto-dpif-xlate.c</c>, <c>struct xlate_ctx</c>). It answers two questions at once: which
/// datapath actions have the same effect as the rules, and which bits of the packet that depends on.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>T1: two packets that agree in every bit of the mask get equal actions, masks and credit. A bit is un-wildcarded when it is
/// compared,
/// copied, overwritten, or tells that a field exists.</item>
/// <item>T2: changes of headers are committed lazily: a set or push appears only before an output that needs it, once, and covers only bits
/// that differ from what the packet has by then.</item>
/// <item>T3: a packet never leaves by the port it came in by, unless the rule says IN_PORT.</item>
/// <item>T4: a translation ends: at most 64 nested steps back, 4,096 resubmits, 1,024 datapath actions; beyond, the packet is
/// dropped.</item>
/// <item>T5: a translation itself changes no table; its effects are in the <see cref="XlateCache"/>.</item>
/// </list>
/// <para>Not modelled here: groups, meters, connection tracking, learn, MPLS push and pop, encapsulation by IP routing (the datapath's
/// tunnel
/// ports do that), multicast snooping, spanning tree.</para>
/// </summary>
internal sealed partial class Translation
{
    /// <summary>OVS <c>MAX_DEPTH</c>.</summary>
    private const int MaxDepth = 64;

    /// <summary>OVS <c>MAX_RESUBMITS</c>.</summary>
    private const int MaxResubmits = MaxDepth * MaxDepth;
    private const int MaxActions = 1024;

    private readonly ITranslationWorld _world;
    private readonly XlateTrace? _trace;
    private readonly XlateCache _cache = new();
    private readonly List<DatapathAction> _output = [];
    private readonly List<OpenFlowAction> _actionSet = [];

    /// <summary>The packet as the rules see it: with all changes so far.</summary>
    private OpenFlowKey _flow;

    /// <summary>The packet as the datapath has it after the actions emitted so far.</summary>
    private OpenFlowKey _base;

    /// <summary>Bits consulted so far.</summary>
    private OpenFlowKey _mask;
    private AgentBridge _bridge = null!;
    private AgentPort _input = null!;
    private OpenFlowRule? _rule;
    private int _table = -1;
    private int _depth;
    private int _resubmits;
    private bool _isExiting;
    private bool _isSlow;
    private XlateError _error;
    private uint _originalPriority;
    private AgentPort? _lacpPort;
    private Ipv4Address _ownTunnelAddress;
    private Ipv6Address _ownTunnelAddressV6;

    public Translation(ITranslationWorld world, bool withTrace)
    {
        _world = world;
        _trace = withTrace ? new XlateTrace() : null;
    }

    /// <summary>Translates a packet with this datapath key.</summary>
    public XlateResult Run(ref FlowKey key)
    {
        _flow.Packet = key;
        InitMask(ref key);
        var input = FindInput(ref key, out _error);
        if (input is null) return Finish(ref key, null);
        _flow.InPort = input.Number;
        _originalPriority = key.SkbPriority;
        _ownTunnelAddress = key.TunnelDestination;
        _ownTunnelAddressV6 = key.TunnelDestinationV6;
        DropTunnelOptions();
        _base = _flow;
        ClearTunnel(ref _base.Packet);
        if (!TryTakeCongestionMark()) _error = XlateError.CongestionMarkLost;
        _trace?.Bridge(input.Bridge);
        if (_error == XlateError.None) Begin(input);
        return Finish(ref key, input);
    }

    /// <summary>A packet from the datapath: new, or back from a hash.</summary>
    private void Begin(AgentPort input)
    {
        (_bridge, _input) = (input.Bridge, input);
        if (_flow.Packet.RecircId != 0)
        {
            if (_world.FindBond(_flow.Packet.RecircId) is { } bond) Resume(bond);
            else _error = XlateError.NoRecirculationContext;
            return;
        }

        if (input.Bundle.IsMirrorOutput)
        {
            _trace?.Problem($"dropping packet received on port {input.Name}, which is reserved exclusively for mirroring");
            return;
        }

        if (input.IsUp) Mirror(input.Bundle, input.Bundle.SourceMirrors);
        if (input.Settings.Type == AgentPortType.Tunnel) _cache.AddTunnelInput(input);
        Receive(input);
    }

    private void Receive(AgentPort port)
    {
        _bridge = port.Bridge;
        _input = port;
        if (!port.IsUp)
        {
            _trace?.Problem($"port {port.Name} is down, dropping");
            return;
        }

        if (port.Bundle.Bond?.Lacp is not null && _flow.Packet.EthType == LacpPdu.EtherType)
        {
            // Each comes to the agent, and goes no further (OVS: process_special).
            _lacpPort = port;
            _isSlow = true;
            return;
        }

        GoToTable(0, _flow.InPort, isLast: true);
        RunActionSet();
    }

    /// <summary>Fields that always count (OVS: <c>xlate_wc_init</c>).</summary>
    private void InitMask(ref FlowKey key)
    {
        ref var mask = ref _mask.Packet;
        mask.PacketType = uint.MaxValue;
        mask.InPort = new OdpPort(uint.MaxValue);
        mask.RecircId = uint.MaxValue;
        mask.EthType = 0xffff;
        if (IsIp) mask.NwFragment = FragmentBits.Any | FragmentBits.Later;
        if (!key.HasTunnel) return;
        mask.TunnelId = ulong.MaxValue;
        if (!key.TunnelDestination.IsZero)
        {
            mask.TunnelSource = new Ipv4Address(uint.MaxValue);
            mask.TunnelDestination = new Ipv4Address(uint.MaxValue);
        }
        else
        {
            mask.TunnelSourceV6 = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
            mask.TunnelDestinationV6 = new Ipv6Address(ulong.MaxValue, ulong.MaxValue);
        }

        mask.TunnelFlags = TunnelFlags.DontFragment | TunnelFlags.Checksum | TunnelFlags.Key;
        mask.TunnelTos = 0xff;
    }

    private bool IsIp => _flow.Packet.EthType is EtherType.Ipv4 or EtherType.Ipv6;

    private AgentPort? FindInput(ref FlowKey key, out XlateError error)
    {
        var found = key.HasTunnel ? _world.FindTunnelInput(ref key) : _world.FindInput(key.InPort);
        error = found is not null ? XlateError.None : key.HasTunnel ? XlateError.NoTunnelPort : XlateError.NoInputPort;
        return found;
    }

    /// <summary>Copies "congestion experienced" from the outer to the inner header; false when that is impossible (RFC 6040).</summary>
    private bool TryTakeCongestionMark()
    {
        if (!_flow.Packet.HasTunnel || !IsIp || (_flow.Packet.TunnelTos & 3) != 3) return true;
        _mask.Packet.NwTos |= 3;
        if ((_flow.Packet.NwTos & 3) == 0) return false;
        _flow.Packet.NwTos |= 3;
        return true;
    }

    /// <summary>Options, and fields that no rule can match, were for this host; they are not passed on to the next tunnel.</summary>
    private void DropTunnelOptions()
    {
        (_flow.Packet.GtpuFlags, _flow.Packet.GtpuMessageType) = (0, 0);
        (_flow.Packet.ErspanVersion, _flow.Packet.ErspanDirectionAndHardwareId) = (0, 0);
        _flow.Packet.TunnelOptionsSize = 0;
        _flow.Packet.TunnelOptionBytes = default;
    }

    private static void ClearTunnel(ref FlowKey key)
    {
        FlowKey.Section(ref key, 2) = default;
        FlowKey.Section(ref key, 3) = default;
        key.TunnelOptionBytes = default;
    }

    /// <summary>
    /// Looks a table up and runs the rule found. <paramref name="isLast"/>: nothing follows in the caller (only for the trace).
    /// </summary>
    private void GoToTable(int table, OfpPort inPort, bool isLast)
    {
        var back = table <= _table;
        if (_error != XlateError.None) return;
        if (++_resubmits > MaxResubmits) _error = XlateError.TooManyResubmits;
        else if (back && _depth >= MaxDepth) _error = XlateError.RecursionTooDeep;
        else if (_output.Count > MaxActions) _error = XlateError.TooManyActions;
        if (_error != XlateError.None)
        {
            _trace?.Problem($"{_error}, dropping");
            return;
        }

        var (callerTable, callerRule) = (_table, _rule);
        _table = table;
        var rule = Lookup(table, inPort);
        if (!isLast && _trace is not null) _trace.Level++;
        _trace?.Rule(table, rule, _bridge);
        if (rule is not null)
        {
            _cache.Add(rule);
            _rule = rule;
            if (back) _depth++;
            Execute(rule.Actions, isLast);
            if (back) _depth--;
        }
        else
        {
            _trace?.Action("drop");
        }

        if (!isLast && _trace is not null) _trace.Level--;
        (_table, _rule) = (callerTable, callerRule);
    }

    private OpenFlowRule? Lookup(int table, OfpPort inPort)
    {
        var actual = _flow.InPort;
        _flow.InPort = inPort;
        ref var packet = ref _flow.Packet;
        OpenFlowRule? rule;
        if (packet.NwFragment != FragmentBits.None && (packet.TpSource | packet.TpDestination) != 0)
        {
            // Rules on ports see no ports in any fragment, so that all fragments of a packet fare alike (OFPC_FRAG_NORMAL).
            var (source, destination) = (packet.TpSource, packet.TpDestination);
            (packet.TpSource, packet.TpDestination) = (0, 0);
            rule = _bridge.Tables.Lookup(table, ref _flow, ref _mask);
            (packet.TpSource, packet.TpDestination) = (source, destination);
        }
        else
        {
            rule = _bridge.Tables.Lookup(table, ref _flow, ref _mask);
        }

        _flow.InPort = actual;
        return rule;
    }

    private XlateResult Finish(ref FlowKey key, AgentPort? input)
    {
        if (_error != XlateError.None) _output.Clear();
        var mask = new FlowMask { Bits = _mask.Packet };
        DropAbsentFields(ref mask.Bits, ref key);
        var consulted = mask;
        AddTagPresence(ref mask.Bits, ref key);
        mask.Bits.Normalize();
        var actions = _output.Count == 0 ? DatapathActions.Drop : new DatapathActions(_output.ToArray());
        return new XlateResult
        {
            Actions = actions,
            Mask = mask,
            Cache = _cache,
            Input = input,
            Error = _error,
            LacpPort = _lacpPort,
            IsSlow = _isSlow && _error == XlateError.None,
            Trace = _trace?.Finish(ref key, input?.Number ?? OfpPort.None, ref _flow, ref consulted, actions),
        };
    }

    /// <summary>
    /// Takes out bits of fields that the packet does not have: writing them does not make them matter (OVS: <c>xlate_wc_finish</c>).
    /// </summary>
    private static void DropAbsentFields(ref FlowKey mask, ref FlowKey key)
    {
        if (!key.HasTunnel) ClearTunnel(ref mask);
        if (!EtherType.IsMpls(key.EthType)) (mask.Mpls0, mask.Mpls1, mask.Mpls2) = (0, 0, 0);
        if ((key.NwFragment & FragmentBits.Later) != 0) (mask.TpSource, mask.TpDestination) = (0, 0);
        if ((key.EthType == EtherType.Ipv4 && key.NwProto == IpProtocol.Icmp)
            || (key.EthType == EtherType.Ipv6 && key.NwProto == IpProtocol.Icmpv6))
            (mask.TpSource, mask.TpDestination) = ((ushort)(mask.TpSource & 0xff), (ushort)(mask.TpDestination & 0xff));
        if ((key.VlanTci & FlowKey.VlanPresent) == 0) (mask.VlanTci, mask.VlanTpid) = (0, 0);
        if ((key.InnerVlanTci & FlowKey.VlanPresent) == 0) (mask.InnerVlanTci, mask.InnerVlanTpid) = (0, 0);
        if (mask.VlanTci != 0) mask.VlanTci |= FlowKey.VlanPresent;
        if (mask.InnerVlanTci != 0) mask.InnerVlanTci |= FlowKey.VlanPresent;
    }

    /// <summary>
    /// A datapath key cannot leave open whether there is a tag (kernel: what follows a tag is nested in another attribute), so each flow is
    /// for tagged or for untagged packets, whether the rules asked or not.
    /// </summary>
    private static void AddTagPresence(ref FlowKey mask, ref FlowKey key)
    {
        mask.VlanTci |= FlowKey.VlanPresent;
        mask.VlanTpid = (key.VlanTci & FlowKey.VlanPresent) != 0 ? (ushort)0xffff : (ushort)0;
        if (mask.VlanTpid != 0) mask.InnerVlanTci |= FlowKey.VlanPresent;
        else mask.InnerVlanTci = 0;
        mask.InnerVlanTpid = (key.InnerVlanTci & FlowKey.VlanPresent) != 0 ? (ushort)0xffff : (ushort)0;
    }
}
