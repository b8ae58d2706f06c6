using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What a connection is told of the switch as a whole, and what it may choose for itself.</summary>
public sealed partial class OpenFlowSession
{
    /// <summary>OVS answers that it knows every action of OpenFlow 1.0.</summary>
    private const uint AllActionsOf10 = 0xfff;

    private const SwitchCapabilities Capabilities = SwitchCapabilities.FlowStatistics | SwitchCapabilities.TableStatistics
        | SwitchCapabilities.PortStatistics | SwitchCapabilities.QueueStatistics | SwitchCapabilities.GroupStatistics
        | SwitchCapabilities.ArpMatchIp | SwitchCapabilities.Bundles;

    private ushort _missSendSize;
    private AsyncConfiguration? _async;

    /// <summary>OpenFlow 1.0 with Nicira's extension: the table stands in a flow mod's command.</summary>
    public bool HasTableIds { get; private set; }

    /// <summary>OpenFlow 1.0 with Nicira's matches instead of the plain ones.</summary>
    public bool HasExtendedMatches { get; private set; }

    public PacketInFormat PacketInFormat { get; private set; } = PacketInFormat.Standard;

    /// <summary>Controller actions name the controllers they are for by this.</summary>
    public ushort ControllerId { get; private set; }

    /// <summary>
    /// A packet that no rule matches goes to this connection: before OpenFlow 1.3, and for controller 0 (OVS:
    /// <c>want_packet_in_on_miss</c>).
    /// </summary>
    public bool WantsMisses => ControllerId == 0 && Version < OpenFlowVersion.V13;

    internal AsyncConfiguration Async =>
        _async ?? (Settings.HasAsyncMessages ? AsyncConfiguration.DefaultOf(Version) : AsyncConfiguration.None);

    /// <summary>A service hears nothing until it sets a miss-send length or an asynchronous configuration.</summary>
    internal bool Hears(AsyncKind kind, int reason) => (Settings.Kind != SessionKind.Service || _missSendSize != 0)
        && Async.Wants(kind, Role == ControllerRole.Secondary, reason);

    private OpenFlowError Configure(OpenFlowMessage message)
    {
        switch (message)
        {
            case FeaturesRequest:
                return Reply(message, new FeaturesReply(Bridge.DatapathId)
                {
                    TableCount = OpenFlowTables.TableCount,
                    Capabilities = Capabilities,
                    Actions = AllActionsOf10,
                    Ports = Version < OpenFlowVersion.V13 ? _switch.Ports.Describe(Flow.OfpPort.None) : [],
                });
            case GetConfigRequest:
                return Reply(message, new GetConfigReply(new SwitchConfiguration(Bridge.Fragments, _missSendSize)
                {
                    SendsInvalidTtl = Async.Wants(AsyncKind.PacketIn, isSecondary: false, (int)PacketInReason.InvalidTtl),
                }));
            case SetConfig set:
                SetConfiguration(set.Configuration);
                return OpenFlowError.None;
            case RoleRequest role:
                return ChangeRole(role);
            case GetAsyncRequest:
                return Reply(message, new GetAsyncReply(Async));
            case SetAsyncMessage set:
                SetAsync(set.Change.ApplyTo(Async));
                if (Settings.Kind == SessionKind.Service && _missSendSize == 0) _missSendSize = DefaultMissSendSize;
                return OpenFlowError.None;
            case SetPacketInFormat format:
                PacketInFormat = format.Format;
                return OpenFlowError.None;
            case SetFlowFormat format:
                HasExtendedMatches = format.IsExtended;
                return OpenFlowError.None;
            case SetFlowModTableId tables:
                HasTableIds = tables.IsEnabled;
                return OpenFlowError.None;
            case SetControllerId id:
                ControllerId = id.ControllerId;
                return OpenFlowError.None;
            default:
                return OpenFlowError.BrcBadType;
        }
    }

    private void SetConfiguration(SwitchConfiguration configuration)
    {
        // The datapath does not reassemble on request, which OVS says in its log only.
        if ((Settings.Kind != SessionKind.Primary || Role != ControllerRole.Secondary)
            && configuration.Fragments != FragmentMode.Reassemble
            && configuration.Fragments != Bridge.Fragments)
        {
            Bridge.Fragments = configuration.Fragments;
            Bridge.PortChanged();
        }

        if (configuration.SendsInvalidTtl is { } sends)
        {
            var bit = 1u << (int)PacketInReason.InvalidTtl;
            var mask = Async.Get(AsyncKind.PacketIn, isSecondary: false);
            SetAsync(Async.With(AsyncKind.PacketIn, false, sends ? mask | bit : mask & ~bit));
        }

        _missSendSize = configuration.MissSendSize;
    }

    /// <summary>Before OpenFlow 1.4 "action" stands for the reasons that were split from it later.</summary>
    private void SetAsync(AsyncConfiguration configuration)
    {
        _async = configuration;
        if (Version >= OpenFlowVersion.V14) return;
        foreach (var isSecondary in new[] { false, true })
        {
            var mask = _async.Get(AsyncKind.PacketIn, isSecondary);
            if ((mask & (1u << (int)PacketInReason.Action)) == 0) continue;
            _async = _async.With(AsyncKind.PacketIn, isSecondary, mask | (1u << (int)PacketInReason.ActionSet)
                | (1u << (int)PacketInReason.Group) | (1u << (int)PacketInReason.PacketOut));
        }
    }

    private OpenFlowError ChangeRole(RoleRequest request)
    {
        var (wanted, generation) = (request.State.Role, request.State.GenerationId);
        if (wanted != ControllerRole.NoChange)
        {
            if (wanted != ControllerRole.Equal && generation is { } id && !_switch.Election.TryAdvance(id))
                return OpenFlowError.RrfcStale;
            if (wanted == ControllerRole.Primary && Role != ControllerRole.Primary) _switch.Demote();
            Role = wanted;
        }

        return Reply(request, new RoleReply(new RoleState(Role, _switch.Election.GenerationId)));
    }
}
