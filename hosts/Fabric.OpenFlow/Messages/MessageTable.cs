using static Fabric.OpenFlow.MessageKind;
using static Fabric.OpenFlow.OpenFlowVersion;

namespace Fabric.OpenFlow;

/// <summary>
/// Every form of every message: versions, where its number stands and which it is, least bytes of the body and by what multiple it may be
/// longer (OVS: <c>include/openvswitch/ofp-msgs.h</c>). Where a version has several forms of one record, the first is the usual one.
/// </summary>
internal static class MessageTable
{
    public static readonly MessageForm[] Rows = [.. Messages(), .. Settings(), .. Statistics(), .. Extensions()];

    private static IEnumerable<MessageForm> Messages() =>
    [
        Of<Hello>(V10, V15, Standard, 0, 0, 1, SymmetricForms.ReadHello, SymmetricForms.WriteHello),
        Of<ErrorMessage>(V10, V15, Standard, 1, 4, 1, SymmetricForms.ReadError, SymmetricForms.WriteError),
        Of<EchoRequest>(V10, V15, Standard, 2, 0, 1, SymmetricForms.ReadEchoRequest, SymmetricForms.WriteEchoRequest),
        Of<EchoReply>(V10, V15, Standard, 3, 0, 1, SymmetricForms.ReadEchoReply, SymmetricForms.WriteEchoReply),
        Empty<FeaturesRequest>(V10, V15, Standard, 5),
        Of<FeaturesReply>(V10, V10, Standard, 6, 24, 48, SwitchForms.ReadFeatures, SwitchForms.WriteFeatures),
        Of<FeaturesReply>(V11, V12, Standard, 6, 24, 64, SwitchForms.ReadFeatures, SwitchForms.WriteFeatures),
        Of<FeaturesReply>(V13, V15, Standard, 6, 24, 0, SwitchForms.ReadFeatures, SwitchForms.WriteFeatures),
        Empty<GetConfigRequest>(V10, V15, Standard, 7),
        Of<GetConfigReply>(V10, V15, Standard, 8, 4, 0, SwitchForms.ReadGetConfigReply, SwitchForms.WriteGetConfigReply),
        Of<SetConfig>(V10, V15, Standard, 9, 4, 0, SwitchForms.ReadSetConfig, SwitchForms.WriteSetConfig),
        PacketIn(V10, V10, Standard, 10, 10, 1, PacketForms.ReadPacketIn10, PacketForms.WritePacketIn10, PacketInFormat.Standard),
        PacketIn(V11, V11, Standard, 10, 16, 1, PacketForms.ReadPacketIn11, PacketForms.WritePacketIn11, PacketInFormat.Standard),
        PacketIn(V12, V12, Standard, 10, 8, 1, PacketForms.ReadPacketIn12, PacketForms.WritePacketIn12, PacketInFormat.Standard),
        PacketIn(V13, V15, Standard, 10, 16, 1, PacketForms.ReadPacketIn12, PacketForms.WritePacketIn12, PacketInFormat.Standard),
        PacketIn(V10, V15, Nicira, 17, 24, 1, PacketForms.ReadPacketInNx, PacketForms.WritePacketInNx, PacketInFormat.Nicira),
        PacketIn(V10, V15, Nicira, 30, 0, 8, PacketPropertyForms.ReadPacketIn, PacketPropertyForms.WritePacketIn, PacketInFormat.Nicira2),
        Of<FlowRemovedMessage>(V10, V10, Standard, 11, 80, 0, RuleRemovedForms.Read10, RuleRemovedForms.Write10),
        Of<FlowRemovedMessage>(V11, V14, Standard, 11, 40, 8, RuleRemovedForms.Read11, RuleRemovedForms.Write11),
        Of<FlowRemovedMessage>(V15, V15, Standard, 11, 16, 8, RuleRemovedForms.Read15, RuleRemovedForms.Write15),
        Of<FlowRemovedMessage>(V10, V15, Nicira, 14, 40, 8, RuleRemovedForms.ReadNx, RuleRemovedForms.WriteNx),
        Of<PortStatusMessage>(V10, V10, Standard, 12, 56, 0, PortForms.ReadStatus, PortForms.WriteStatus),
        Of<PortStatusMessage>(V11, V13, Standard, 12, 72, 0, PortForms.ReadStatus, PortForms.WriteStatus),
        Of<PortStatusMessage>(V14, V15, Standard, 12, 48, 8, PortForms.ReadStatus, PortForms.WriteStatus),
        Of<PacketOutMessage>(V10, V10, Standard, 13, 8, 1, PacketForms.ReadPacketOut, PacketForms.WritePacketOut),
        Of<PacketOutMessage>(V11, V14, Standard, 13, 16, 1, PacketForms.ReadPacketOut, PacketForms.WritePacketOut),
        Of<PacketOutMessage>(V15, V15, Standard, 13, 8, 1, PacketForms.ReadPacketOut, PacketForms.WritePacketOut),
        Of<FlowModMessage>(V10, V10, Standard, 14, 64, 8, RuleForms.Read10, RuleForms.Write10),
        Of<FlowModMessage>(V11, V15, Standard, 14, 40, 8, RuleForms.Read11, RuleForms.Write11),
        Of<FlowModMessage>(V10, V15, Nicira, 13, 32, 8, RuleForms.ReadNx, RuleForms.WriteNx),
        Of<GroupModMessage>(V10, V10, Nicira, 31, 16, 8, GroupForms.ReadMod15, GroupForms.WriteMod15),
        Of<GroupModMessage>(V11, V14, Standard, 15, 8, 8, GroupForms.ReadMod11, GroupForms.WriteMod11),
        Of<GroupModMessage>(V15, V15, Standard, 15, 16, 8, GroupForms.ReadMod15, GroupForms.WriteMod15),
        Of<PortModMessage>(V10, V10, Standard, 15, 24, 0, PortForms.ReadMod, PortForms.WriteMod),
        Of<PortModMessage>(V11, V13, Standard, 16, 32, 0, PortForms.ReadMod, PortForms.WriteMod),
        Of<PortModMessage>(V14, V15, Standard, 16, 24, 8, PortForms.ReadMod, PortForms.WriteMod),
        Of<TableModMessage>(V11, V13, Standard, 17, 8, 0, TableForms.ReadMod11, TableForms.WriteMod11),
        Of<TableModMessage>(V14, V15, Standard, 17, 8, 8, TableForms.ReadMod14, TableForms.WriteMod14),
        Of<MeterModMessage>(V13, V15, Standard, 29, 8, 8, MeterForms.ReadMod, MeterForms.WriteMod),
        Empty<BarrierRequest>(V10, V10, Standard, 18),
        Empty<BarrierRequest>(V11, V15, Standard, 20),
        Empty<BarrierReply>(V10, V10, Standard, 19),
        Empty<BarrierReply>(V11, V15, Standard, 21),
    ];

    private static IEnumerable<MessageForm> Settings() =>
    [
        Of<RoleRequest>(V12, V15, Standard, 24, 16, 0, ControlForms.ReadRoleRequest, ControlForms.WriteRoleRequest),
        Of<RoleRequest>(V10, V15, Nicira, 10, 4, 0, ControlForms.ReadRoleRequest, ControlForms.WriteRoleRequest),
        Of<RoleReply>(V12, V15, Standard, 25, 16, 0, ControlForms.ReadRoleReply, ControlForms.WriteRoleReply),
        Of<RoleReply>(V10, V15, Nicira, 11, 4, 0, ControlForms.ReadRoleReply, ControlForms.WriteRoleReply),
        Of<RoleStatusMessage>(V13, V13, Onf, 1911, 16, 8, ControlForms.ReadRoleStatus, ControlForms.WriteRoleStatus),
        Of<RoleStatusMessage>(V14, V15, Standard, 30, 16, 8, ControlForms.ReadRoleStatus, ControlForms.WriteRoleStatus),
        Empty<GetAsyncRequest>(V13, V15, Standard, 26),
        Of<GetAsyncReply>(V13, V13, Standard, 27, 24, 0, AsyncForms.ReadReplyMasks, AsyncForms.WriteReplyMasks),
        Of<GetAsyncReply>(V14, V15, Standard, 27, 0, 8, AsyncForms.ReadReplyProperties, AsyncForms.WriteReplyProperties),
        Of<SetAsyncMessage>(V13, V13, Standard, 28, 24, 0, AsyncForms.ReadSetMasks, AsyncForms.WriteSetMasks),
        Of<SetAsyncMessage>(V14, V15, Standard, 28, 0, 8, AsyncForms.ReadSetProperties, AsyncForms.WriteSetProperties),
        Of<SetAsyncMessage>(V10, V15, Nicira, 19, 24, 0, AsyncForms.ReadSetMasks, AsyncForms.WriteSetMasks),
        Of<SetAsyncMessage>(V10, V13, Nicira, 27, 0, 8, AsyncForms.ReadSetProperties, AsyncForms.WriteSetProperties),
        Of<TableStatusMessage>(V14, V15, Standard, 31, 8, 8, TableForms.ReadStatus, TableForms.WriteStatus),
        Of<RequestForwardMessage>(V10, V12, Nicira, 132, 8, 8, NestedForms.ReadRequestForward, NestedForms.WriteRequestForward),
        Of<RequestForwardMessage>(V13, V13, Onf, 2350, 8, 8, NestedForms.ReadRequestForward, NestedForms.WriteRequestForward),
        Of<RequestForwardMessage>(V14, V15, Standard, 32, 8, 8, NestedForms.ReadRequestForward, NestedForms.WriteRequestForward),
        Of<BundleControlMessage>(V13, V13, Onf, 2300, 8, 8, NestedForms.ReadBundleControl, NestedForms.WriteBundleControl),
        Of<BundleControlMessage>(V14, V15, Standard, 33, 8, 8, NestedForms.ReadBundleControl, NestedForms.WriteBundleControl),
        Of<BundleAddMessage>(V13, V13, Onf, 2301, 8, 1, NestedForms.ReadBundleAdd, NestedForms.WriteBundleAdd),
        Of<BundleAddMessage>(V14, V15, Standard, 34, 8, 1, NestedForms.ReadBundleAdd, NestedForms.WriteBundleAdd),
    ];

    private static IEnumerable<MessageForm> Statistics() =>
    [
        Empty<SwitchDescriptionRequest>(V10, V15, Request, 0),
        Of<SwitchDescriptionReply>(V10, V15, Reply, 0, 1056, 0, SwitchForms.ReadDescription, SwitchForms.WriteDescription),
        Of<RuleStatisticsRequest>(V10, V10, Request, 1, 44, 0, RuleFilterForms.ReadEach10, RuleFilterForms.WriteEach10),
        Of<RuleStatisticsRequest>(V11, V15, Request, 1, 32, 8, RuleFilterForms.ReadEach11, RuleFilterForms.WriteEach11),
        Of<RuleStatisticsRequest>(V10, V10, NiciraRequest, 0, 8, 8, RuleFilterForms.ReadEachNx, RuleFilterForms.WriteEachNx),
        Of<RuleStatisticsReply>(V10, V10, Reply, 1, 0, 1, RuleStatisticsForms.Read10, RuleStatisticsForms.Write10),
        Of<RuleStatisticsReply>(V11, V14, Reply, 1, 0, 1, RuleStatisticsForms.Read11, RuleStatisticsForms.Write11),
        Of<RuleStatisticsReply>(V15, V15, Reply, 1, 0, 1, RuleStatisticsForms.Read15, RuleStatisticsForms.Write15),
        Of<RuleStatisticsReply>(V10, V10, NiciraReply, 0, 0, 1, RuleStatisticsForms.ReadNx, RuleStatisticsForms.WriteNx),
        Of<AggregateRequest>(V10, V10, Request, 2, 44, 0, RuleFilterForms.ReadSum10, RuleFilterForms.WriteSum10),
        Of<AggregateRequest>(V11, V15, Request, 2, 32, 8, RuleFilterForms.ReadSum11, RuleFilterForms.WriteSum11),
        Of<AggregateRequest>(V10, V10, NiciraRequest, 1, 8, 8, RuleFilterForms.ReadSumNx, RuleFilterForms.WriteSumNx),
        Of<AggregateReply>(V10, V14, Reply, 2, 24, 0, RuleFilterForms.ReadAggregate, RuleFilterForms.WriteAggregate),
        Of<AggregateReply>(V15, V15, Reply, 2, 0, 1, RuleFilterForms.ReadAggregate15, RuleFilterForms.WriteAggregate15),
        Of<AggregateReply>(V10, V10, NiciraReply, 1, 24, 0, RuleFilterForms.ReadAggregate, RuleFilterForms.WriteAggregate),
        Empty<TableStatisticsRequest>(V10, V15, Request, 3),
        Of<TableStatisticsReply>(V10, V10, Reply, 3, 0, 64, TableForms.ReadStatistics10, TableForms.WriteStatistics10),
        Of<TableStatisticsReply>(V11, V11, Reply, 3, 0, 88, OldTableForms.Read11, OldTableForms.Write11),
        Of<TableStatisticsReply>(V12, V12, Reply, 3, 0, 128, OldTableForms.Read12, OldTableForms.Write12),
        Of<TableStatisticsReply>(V13, V15, Reply, 3, 0, 24, TableForms.ReadStatistics13, TableForms.WriteStatistics13),
        Of<PortStatisticsRequest>(V10, V15, Request, 4, 8, 0, PortStatisticsForms.ReadRequest, PortStatisticsForms.WriteRequest),
        Of<PortStatisticsReply>(V10, V12, Reply, 4, 0, 104, PortStatisticsForms.Read, PortStatisticsForms.Write),
        Of<PortStatisticsReply>(V13, V13, Reply, 4, 0, 112, PortStatisticsForms.Read, PortStatisticsForms.Write),
        Of<PortStatisticsReply>(V14, V15, Reply, 4, 0, 8, PortStatisticsForms.Read, PortStatisticsForms.Write),
        Of<QueueStatisticsRequest>(V10, V15, Request, 5, 8, 0, QueueForms.ReadStatisticsRequest, QueueForms.WriteStatisticsRequest),
        Of<QueueStatisticsReply>(V10, V12, Reply, 5, 0, 32, QueueForms.ReadStatistics, QueueForms.WriteStatistics),
        Of<QueueStatisticsReply>(V13, V13, Reply, 5, 0, 40, QueueForms.ReadStatistics, QueueForms.WriteStatistics),
        Of<QueueStatisticsReply>(V14, V15, Reply, 5, 0, 8, QueueForms.ReadStatistics, QueueForms.WriteStatistics),
        Of<GroupStatisticsRequest>(V10, V10, NiciraRequest, 7, 8, 0, GroupForms.ReadStatisticsRequest, GroupForms.WriteStatisticsRequest),
        Of<GroupStatisticsRequest>(V11, V15, Request, 6, 8, 0, GroupForms.ReadStatisticsRequest, GroupForms.WriteStatisticsRequest),
        Of<GroupStatisticsReply>(V10, V10, NiciraReply, 7, 0, 8, GroupForms.ReadStatistics, GroupForms.WriteStatistics),
        Of<GroupStatisticsReply>(V11, V15, Reply, 6, 0, 8, GroupForms.ReadStatistics, GroupForms.WriteStatistics),
        Of<GroupDescriptionRequest>(
            V10, V10, NiciraRequest, 8, 8, 0, GroupForms.ReadDescriptionRequest, GroupForms.WriteDescriptionRequest),
        Empty<GroupDescriptionRequest>(V11, V14, Request, 7, () => new GroupDescriptionRequest()),
        Of<GroupDescriptionRequest>(V15, V15, Request, 7, 8, 0, GroupForms.ReadDescriptionRequest, GroupForms.WriteDescriptionRequest),
        Of<GroupDescriptionReply>(V10, V10, NiciraReply, 8, 0, 8, GroupForms.ReadDescriptions, GroupForms.WriteDescriptions),
        Of<GroupDescriptionReply>(V11, V15, Reply, 7, 0, 8, GroupForms.ReadDescriptions, GroupForms.WriteDescriptions),
        Empty<GroupFeaturesRequest>(V10, V11, NiciraRequest, 9),
        Empty<GroupFeaturesRequest>(V12, V15, Request, 8),
        Of<GroupFeaturesReply>(V10, V11, NiciraReply, 9, 40, 0, GroupForms.ReadFeatures, GroupForms.WriteFeatures),
        Of<GroupFeaturesReply>(V12, V15, Reply, 8, 40, 0, GroupForms.ReadFeatures, GroupForms.WriteFeatures),
        Of<MeterStatisticsRequest>(V13, V15, Request, 9, 8, 0, MeterForms.ReadStatisticsRequest, MeterForms.WriteStatisticsRequest),
        Of<MeterStatisticsReply>(V13, V15, Reply, 9, 0, 8, MeterForms.ReadStatistics, MeterForms.WriteStatistics),
        Of<MeterConfigurationRequest>(
            V13, V15, Request, 10, 8, 0, MeterForms.ReadConfigurationRequest, MeterForms.WriteConfigurationRequest),
        Of<MeterConfigurationReply>(V13, V15, Reply, 10, 0, 8, MeterForms.ReadConfigurations, MeterForms.WriteConfigurations),
        Empty<MeterFeaturesRequest>(V13, V15, Request, 11),
        Of<MeterFeaturesReply>(V13, V15, Reply, 11, 16, 0, MeterForms.ReadFeatures, MeterForms.WriteFeatures),
        Of<TableFeaturesRequest>(V13, V15, Request, 12, 0, 8, TableFeaturesForms.ReadRequest, TableFeaturesForms.WriteRequest),
        Of<TableFeaturesReply>(V13, V15, Reply, 12, 64, 8, TableFeaturesForms.ReadReply, TableFeaturesForms.WriteReply),
        Empty<TableDescriptionRequest>(V14, V15, Request, 14),
        Of<TableDescriptionReply>(V14, V15, Reply, 14, 8, 8, TableForms.ReadDescriptions, TableForms.WriteDescriptions),
        Empty<PortDescriptionRequest>(V10, V14, Request, 13, () => new PortDescriptionRequest(Flow.OfpPort.None)),
        Of<PortDescriptionRequest>(V15, V15, Request, 13, 8, 0, PortForms.ReadDescriptionRequest15, PortForms.WriteDescriptionRequest15),
        Of<PortDescriptionReply>(V10, V10, Reply, 13, 0, 48, PortForms.ReadDescriptions, PortForms.WriteDescriptions),
        Of<PortDescriptionReply>(V11, V13, Reply, 13, 0, 64, PortForms.ReadDescriptions, PortForms.WriteDescriptions),
        Of<PortDescriptionReply>(V14, V15, Reply, 13, 0, 8, PortForms.ReadDescriptions, PortForms.WriteDescriptions),
    ];

    private static IEnumerable<MessageForm> Extensions() =>
    [
        Of<QueueConfigurationRequest>(
            V10, V10, Standard, 20, 4, 0, QueueForms.ReadConfigurationRequest, QueueForms.WriteConfigurationRequest),
        Of<QueueConfigurationRequest>(
            V11, V13, Standard, 22, 8, 0, QueueForms.ReadConfigurationRequest, QueueForms.WriteConfigurationRequest),
        Of<QueueConfigurationRequest>(
            V14, V15, Request, 15, 8, 0, QueueForms.ReadConfigurationRequest, QueueForms.WriteConfigurationRequest),
        Of<QueueConfigurationReply>(V10, V10, Standard, 21, 8, 8, QueueForms.ReadConfigurations, QueueForms.WriteConfigurations),
        Of<QueueConfigurationReply>(V11, V13, Standard, 23, 8, 8, QueueForms.ReadConfigurations, QueueForms.WriteConfigurations),
        Of<QueueConfigurationReply>(V14, V15, Reply, 15, 0, 8, QueueForms.ReadConfigurations, QueueForms.WriteConfigurations),
        Of<FlowMonitorRequest>(V10, V12, NiciraRequest, 2, 0, 8, MonitorForms.ReadRequestNx, MonitorForms.WriteRequestNx),
        Of<FlowMonitorRequest>(V13, V13, OnfRequest, 1870, 0, 8, MonitorForms.ReadRequestNx, MonitorForms.WriteRequestNx),
        Of<FlowMonitorRequest>(V14, V15, Request, 16, 0, 8, MonitorForms.ReadRequest14, MonitorForms.WriteRequest14),
        Of<FlowMonitorReply>(V10, V12, NiciraReply, 2, 0, 8, MonitorForms.ReadReplyNx, MonitorForms.WriteReplyNx),
        Of<FlowMonitorReply>(V13, V13, OnfReply, 1870, 0, 8, MonitorForms.ReadReplyNx, MonitorForms.WriteReplyNx),
        Of<FlowMonitorReply>(V14, V15, Reply, 16, 0, 8, MonitorForms.ReadReply14, MonitorForms.WriteReply14),
        Of<FlowMonitorCancel>(V10, V12, Nicira, 21, 4, 0, MonitorForms.ReadCancel, MonitorForms.WriteCancel),
        Of<FlowMonitorCancel>(V13, V13, Onf, 1870, 4, 0, MonitorForms.ReadCancel, MonitorForms.WriteCancel),
        Empty<FlowMonitorPaused>(V10, V12, Nicira, 22),
        Empty<FlowMonitorPaused>(V13, V13, Onf, 1871),
        Empty<FlowMonitorResumed>(V10, V12, Nicira, 23),
        Empty<FlowMonitorResumed>(V13, V13, Onf, 1872),
        Of<SetFlowFormat>(V10, V10, Nicira, 12, 4, 0, ControlForms.ReadFlowFormat, ControlForms.WriteFlowFormat),
        Of<SetFlowModTableId>(V10, V15, Nicira, 15, 8, 0, ControlForms.ReadFlowModTableId, ControlForms.WriteFlowModTableId),
        Of<SetPacketInFormat>(V10, V15, Nicira, 16, 4, 0, ControlForms.ReadPacketInFormat, ControlForms.WritePacketInFormat),
        Empty<FlowAgeMessage>(V10, V15, Nicira, 18),
        Of<SetControllerId>(V10, V15, Nicira, 20, 8, 0, ControlForms.ReadControllerId, ControlForms.WriteControllerId),
        Of<TlvTableMod>(V10, V15, Nicira, 24, 8, 8, OptionForms.ReadMod, OptionForms.WriteMod),
        Empty<TlvTableRequest>(V10, V15, Nicira, 25),
        Of<TlvTableReply>(V10, V15, Nicira, 26, 16, 8, OptionForms.ReadReply, OptionForms.WriteReply),
        Of<ResumeMessage>(V10, V15, Nicira, 28, 0, 8, PacketPropertyForms.ReadResume, PacketPropertyForms.WriteResume),
        Of<CtFlushZoneMessage>(V10, V15, Nicira, 29, 8, 0, ControlForms.ReadFlushZone, ControlForms.WriteFlushZone),
        Of<CtFlushMessage>(V10, V15, Nicira, 32, 8, 8, FlushForms.Read, FlushForms.Write),
        Ipfix(3, isPerFlow: false),
        Ipfix(4, isPerFlow: true),
    ];

    private static MessageForm Of<T>(OpenFlowVersion first, OpenFlowVersion last, MessageKind kind, uint number, int size, int grain,
        ReadMessage read, Action<T, MessageWriter> write)
        where T : OpenFlowMessage => new(typeof(T), first, last, kind, number, size, grain, read, (m, to) => write((T)m, to));

    private static MessageForm Empty<T>(OpenFlowVersion first, OpenFlowVersion last, MessageKind kind, uint number)
        where T : OpenFlowMessage, new() => Empty<T>(first, last, kind, number, () => new T());

    private static MessageForm Empty<T>(OpenFlowVersion first, OpenFlowVersion last, MessageKind kind, uint number, Func<T> create)
        where T : OpenFlowMessage =>
        new(typeof(T), first, last, kind, number, 0, 0, (ref WireReader _, Decoding _) => create(), static (_, _) => { });

    private static MessageForm PacketIn(OpenFlowVersion first, OpenFlowVersion last, MessageKind kind, uint number, int size, int grain,
        ReadMessage read, Action<PacketInMessage, MessageWriter> write, PacketInFormat format) =>
        Of(first, last, kind, number, size, grain, read, write) with { IsChosen = m => ((PacketInMessage)m).Format == format };

    private static MessageForm Ipfix(uint number, bool isPerFlow) =>
        Empty(V10, V15, NiciraRequest, number, () => new IpfixStatisticsRequest(isPerFlow))
            with { IsChosen = m => ((IpfixStatisticsRequest)m).IsPerFlow == isPerFlow };
}
