namespace Fabric.OpenFlow;

/// <summary>Reads a body; null, with <see cref="Decoding.Error"/> set, when it is wrong.</summary>
internal delegate OpenFlowMessage? ReadMessage(ref WireReader body, Decoding at);

/// <summary>One way of one or more versions to write a message (OVS: <c>enum ofpraw</c>).</summary>
/// <param name="Number">The type, or the subtype of its <paramref name="Kind"/>.</param>
/// <param name="Size">Least bytes of the body.</param>
/// <param name="Grain">The body is longer by a multiple of this; 0 is not at all.</param>
internal sealed record MessageForm(
    Type Record, OpenFlowVersion First, OpenFlowVersion Last, MessageKind Kind, uint Number, int Size, int Grain,
    ReadMessage Read, Action<OpenFlowMessage, MessageWriter> Write)
{
    /// <summary>Where the choice between forms is not <see cref="OpenFlowMessage.IsExtension"/>: whether this one is meant.</summary>
    public Func<OpenFlowMessage, bool>? IsChosen { get; init; }

    private static readonly HashSet<Type> ForControllers =
    [
        typeof(Hello), typeof(ErrorMessage), typeof(FeaturesReply), typeof(GetConfigReply), typeof(PacketInMessage),
        typeof(FlowRemovedMessage), typeof(PortStatusMessage), typeof(BarrierReply), typeof(QueueConfigurationReply), typeof(RoleReply),
        typeof(RoleStatusMessage), typeof(GetAsyncReply), typeof(TableStatusMessage), typeof(RequestForwardMessage),
        typeof(FlowMonitorPaused), typeof(FlowMonitorResumed), typeof(TlvTableReply),
    ];

    private const byte VendorType = 4;
    private const ushort VendorStatistics = 0xffff;

    public bool IsExtension => Kind is not (MessageKind.Standard or MessageKind.Request or MessageKind.Reply);

    public bool IsRequest => Kind is MessageKind.Request or MessageKind.NiciraRequest or MessageKind.OnfRequest;

    public bool IsReply => Kind is MessageKind.Reply or MessageKind.NiciraReply or MessageKind.OnfReply;

    /// <summary>Only a switch says it, so that a switch does not read it (OVS: <c>handle_single_part_openflow</c>).</summary>
    public bool IsForController { get; } = ForControllers.Contains(Record) || Kind is MessageKind.Reply or MessageKind.NiciraReply
        or MessageKind.OnfReply;

    public bool IsMultipart => IsRequest || IsReply;

    public uint Vendor => Kind switch
    {
        MessageKind.Nicira or MessageKind.NiciraRequest or MessageKind.NiciraReply => OpenFlowErrors.NiciraVendor,
        MessageKind.Onf or MessageKind.OnfRequest or MessageKind.OnfReply => OpenFlowErrors.OnfVendor,
        _ => 0,
    };

    public MessageId IdIn(OpenFlowVersion version) => Kind switch
    {
        MessageKind.Standard => new(version, (byte)Number, 0, 0, 0),
        MessageKind.Nicira or MessageKind.Onf => new(version, VendorType, 0, Vendor, Number),
        _ when Vendor == 0 => new(version, MultipartType(version), (ushort)Number, 0, 0),
        _ => new(version, MultipartType(version), VendorStatistics, Vendor, Number),
    };

    public bool IsRightSize(int bodySize) => Grain switch
    {
        0 => bodySize == Size,
        _ => bodySize >= Size && (bodySize - Size) % Grain == 0,
    };

    private byte MultipartType(OpenFlowVersion version) => (byte)((version == OpenFlowVersion.V10 ? 16 : 18) + (IsReply ? 1 : 0));
}
