using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>Requests of every kind, right and wrong, each on top of those before.</summary>
internal sealed class RequestScript(IOpenFlowPorts ports, IReadOnlyList<PortDescription> devices)
{
    private const BundleFlags Both = BundleFlags.Atomic | BundleFlags.Ordered;

    public IEnumerable<OpenFlowMessage> All() =>
        [.. Questions(), .. Rules(), .. GroupsAndMeters(), .. Bundles(), .. Settings(), .. Monitors(), .. Ends()];

    private static IEnumerable<OpenFlowMessage> Questions() =>
    [
        new EchoRequest(new HexBytes([1, 2, 3])), new FeaturesRequest(), new GetConfigRequest(), new GetAsyncRequest(),
        new RoleRequest(new RoleState(ControllerRole.NoChange)), new SwitchDescriptionRequest(), new TableStatisticsRequest(),
        new TableFeaturesRequest([]), new TableDescriptionRequest(), new PortStatisticsRequest(OfpPort.None),
        new PortStatisticsRequest(OfpPort.Local), new PortStatisticsRequest(new OfpPort(77)), new PortDescriptionRequest(OfpPort.None),
        new PortDescriptionRequest(new OfpPort(2)), new QueueStatisticsRequest(OfpPort.None, null),
        new QueueStatisticsRequest(new OfpPort(1), 4), new QueueStatisticsRequest(new OfpPort(99), null),
        new QueueConfigurationRequest(new OfpPort(1)), new QueueConfigurationRequest(new OfpPort(99)), new GroupFeaturesRequest(),
        new MeterFeaturesRequest(), new TlvTableRequest(), new IpfixStatisticsRequest(false), new IpfixStatisticsRequest(true),
        new BarrierRequest(), new FlowAgeMessage(), new EchoReply(HexBytes.Empty), new CtFlushZoneMessage(5),
    ];

    private IEnumerable<OpenFlowMessage> Rules() =>
    [
        new SetFlowModTableId(true), new SetFlowFormat(true),
        Flow("table=1,priority=10,tcp,nw_dst=10.0.0.0/8,cookie=0x5,actions=output:1"), Flow("table=1,priority=9,arp,actions=NORMAL"),
        Flow("table=2,ipv6,tcp,tcp_dst=80,idle_timeout=60,hard_timeout=100,actions=dec_ttl,output:2"),
        Flow("table=2,dl_vlan=5,actions=strip_vlan,output:3"), Flow("table=3,reg0=5,actions=load:7->NXM_NX_REG1[],resubmit(,4)"),
        Flow("table=4,send_flow_rem,actions=drop"), Flow("table=0,priority=0,actions=CONTROLLER:128"),
        Flow("table=5,check_overlap,priority=7,ip,actions=drop"), Flow("table=5,check_overlap,priority=7,tcp,actions=drop"),
        Flow("table=5,check_overlap,priority=7,ip,actions=output:1"), Flow("table=6,actions=output:999"), Flow("table=6,actions=group:55"),
        Flow("table=254,actions=drop"), Flow("table=6,ct_state=+trk,ip,actions=ct(commit,zone=5,table=7)"),
            Changed("table=8,actions=goto_table:9", m => m with { Table = 9 }),
        Flow("table=9,actions=goto_table:10"), Flow("table=9,ip,actions=meter:4,output:1"),
            Changed("table=9,ip,actions=mod_nw_src:10.0.0.1", m => m with { Match = Fabric.OpenFlow.Match.Any }),
        Flow("table=9,actions=output:LOCAL,IN_PORT,FLOOD,ALL"),
            Flow("table=9,priority=3,ip,actions=learn(table=10,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])"),
        new RuleStatisticsRequest(new RuleFilter()), new AggregateRequest(new RuleFilter()), new TableStatisticsRequest(),
        new RuleStatisticsRequest(new RuleFilter { Table = 2 }), new RuleStatisticsRequest(new RuleFilter { Table = 254 }),
        new RuleStatisticsRequest(new RuleFilter { OutPort = new OfpPort(1) }),
        new RuleStatisticsRequest(new RuleFilter { Match = Match("ip") }),
            new AggregateRequest(new RuleFilter { Match = Match("tcp"), Table = 1 }),
        Flow("table=1,cookie=0x9,ip,actions=output:3", FlowModCommand.Modify),
            Flow("table=1,tcp,nw_dst=10.0.0.0/8,priority=10,actions=output:2",
            FlowModCommand.ModifyStrict),
        Flow("table=11,udp,actions=output:2", FlowModCommand.Modify),
            Flow("table=11,udp,priority=4,actions=output:2", FlowModCommand.ModifyStrict),
        new RuleStatisticsRequest(new RuleFilter()),
        Changed("table=12,actions=drop", m => m with { BufferId = 5 }),
        Changed("table=12,actions=drop", m => m with { Command = (FlowModCommand)9 }),
        Delete(Match("arp"), 1), new FlowModMessage(new FlowMod { Command = FlowModCommand.Delete, Table = 255, OutPort = new OfpPort(3) }),
        new FlowModMessage(new FlowMod { Command = FlowModCommand.DeleteStrict, Table = 4 }), new RuleStatisticsRequest(new RuleFilter()),
        new SetFlowFormat(false), Flow("table=13,tcp,nw_src=10.0.0.5,actions=output:1"),
            new RuleStatisticsRequest(new RuleFilter { Table = 13 }),
        new SetFlowModTableId(false), Flow("tcp,tp_dst=5,actions=drop"), new AggregateRequest(new RuleFilter()),
    ];

    private static IEnumerable<OpenFlowMessage> GroupsAndMeters() =>
    [
        Group(GroupCommand.Add, 1, GroupType.All, Bucket(0, 1), Bucket(1, 2)), Group(GroupCommand.Add, 1, GroupType.All),
        Group(GroupCommand.Add, 2, GroupType.Select, Bucket(0, 1) with { Weight = 3 }, Bucket(1, 2)),
        Group(GroupCommand.Add, 3, GroupType.FastFailover, Bucket(0, 1) with { WatchPort = new OfpPort(1) }),
        Group(GroupCommand.Add, 4, GroupType.Indirect, Bucket(0, 1), Bucket(1, 2)), Group(GroupCommand.Add, 0xffffff01, GroupType.All),
        Group(GroupCommand.Modify, 9, GroupType.All), Group(GroupCommand.Modify, 1, GroupType.Indirect, Bucket(0, 3)),
        Group(GroupCommand.Add, 5, (GroupType)7), new GroupDescriptionRequest(), new GroupStatisticsRequest(GroupMod.AllGroups),
        new GroupStatisticsRequest(2), new GroupStatisticsRequest(77), Group(GroupCommand.Delete, 3, GroupType.All),
            new GroupDescriptionRequest(),
        Group(GroupCommand.Add, 6, GroupType.Select, Bucket(0, 1)),
        new GroupModMessage(new GroupMod
        {
            Command = GroupCommand.InsertBucket, GroupId = 6, CommandBucketId = GroupMod.FirstBucket, Buckets = [Bucket(5, 2)],
        }),
        new GroupModMessage(new GroupMod { Command = GroupCommand.RemoveBucket, GroupId = 6, CommandBucketId = 9 }),
        new GroupModMessage(new GroupMod { Command = GroupCommand.RemoveBucket, GroupId = 6, CommandBucketId = 0 }),
            new GroupDescriptionRequest(6),
        Meter(MeterCommand.Add, 1, MeterFlags.KilobitsPerSecond, new Fabric.OpenFlow.MeterBand(false, 100, 0)),
        Meter(MeterCommand.Add, 1, MeterFlags.KilobitsPerSecond), Meter(MeterCommand.Modify, 2, MeterFlags.KilobitsPerSecond),
        Meter(MeterCommand.Add, 3, MeterFlags.PacketsPerSecond | MeterFlags.Burst | MeterFlags.Statistics,
            new Fabric.OpenFlow.MeterBand(false, 10, 20)),
        Meter(MeterCommand.Add, 0, MeterFlags.KilobitsPerSecond), Meter(MeterCommand.Add, 0xffff0001, MeterFlags.KilobitsPerSecond),
        Meter(MeterCommand.Add, 4, MeterFlags.KilobitsPerSecond, new Fabric.OpenFlow.MeterBand(true, 10, 0, 1)),
        new MeterConfigurationRequest(MeterMod.AllMeters), new MeterStatisticsRequest(MeterMod.AllMeters), new MeterStatisticsRequest(1),
        new MeterStatisticsRequest(8), Meter(MeterCommand.Delete, 3, MeterFlags.None), new MeterConfigurationRequest(MeterMod.AllMeters),
    ];

    private IEnumerable<OpenFlowMessage> Bundles() =>
    [
        Control(1, BundleControlType.OpenRequest), Control(1, BundleControlType.OpenRequest), Control(1, BundleControlType.OpenRequest),
        Add(1, Flow("table=20,actions=output:1")), Add(1, Group(GroupCommand.Add, 20, GroupType.All, Bucket(0, 1))),
        Add(1, Flow("table=21,actions=group:20")), Control(1, BundleControlType.CloseRequest), Control(1, BundleControlType.CommitRequest),
        new RuleStatisticsRequest(new RuleFilter { Table = 21 }), Control(2, BundleControlType.CommitRequest),
            Control(2, BundleControlType.DiscardRequest),
        Add(3, Flow("table=20,actions=output:2")), Add(3, Flow("table=22,actions=group:99")), Control(3, BundleControlType.CommitRequest),
        new RuleStatisticsRequest(new RuleFilter { Table = 20 }), Control(4, BundleControlType.OpenRequest),
            Control(4, BundleControlType.CloseRequest),
        Control(4, BundleControlType.CloseRequest), Control(4, BundleControlType.OpenRequest), Control(4, BundleControlType.DiscardRequest),
        Control(5, BundleControlType.OpenRequest), Control(5, BundleControlType.CommitRequest, BundleFlags.Atomic),
            Control(5, BundleControlType.OpenReply),
        Add(6, new PortModMessage(new PortMod(new OfpPort(1), Device(1).Address) { Mask = PortConfigurationBits.NoForward })),
        Control(6, BundleControlType.CommitRequest),
    ];

    private IEnumerable<OpenFlowMessage> Settings() =>
    [
        new SetConfig(new SwitchConfiguration(FragmentMode.Drop, 77)), new GetConfigRequest(),
        new SetConfig(new SwitchConfiguration(FragmentMode.Normal, 0)), new GetConfigRequest(),
        new SetAsyncMessage(new AsyncChange([new AsyncMask(AsyncKind.PacketIn, false, 2), new AsyncMask(AsyncKind.PortStatus, true, 5)])),
        new GetAsyncRequest(), new RoleRequest(new RoleState(ControllerRole.Primary, 5)),
            new RoleRequest(new RoleState(ControllerRole.Secondary, 4)),
        new RoleRequest(new RoleState(ControllerRole.Secondary, 6)), Flow("actions=drop"),
            new PacketOutMessage { PipelineFields = InPort(OfpPort.None) },
        new TableModMessage(new TableMod(1)), new RoleRequest(new RoleState(ControllerRole.Equal, 1)),
            new SetPacketInFormat(PacketInFormat.Nicira2),
        new SetControllerId(5), new SetControllerId(0),
            new TlvTableMod(TunnelOptionCommand.Add, [new TunnelOptionMapping(0xffff, 1, 4, 0)]),
        new TlvTableMod(TunnelOptionCommand.Add, [new TunnelOptionMapping(0xffff, 2, 4, 0)]),
        new TlvTableMod(TunnelOptionCommand.Add, [new TunnelOptionMapping(0xffff, 1, 4, 1)]),
        new TlvTableMod(TunnelOptionCommand.Add, [new TunnelOptionMapping(0xffff, 3, 5, 2)]),
        new TlvTableMod(TunnelOptionCommand.Add, [new TunnelOptionMapping(0xffff, 3, 4, 64)]), new TlvTableRequest(),
        new TlvTableMod(TunnelOptionCommand.Delete, [new TunnelOptionMapping(0xffff, 1, 4, 0)]),
            new TlvTableMod(TunnelOptionCommand.Clear, []),
        new TlvTableRequest(), Port(1, PortConfigurationBits.NoForward), Port(77, PortConfigurationBits.NoForward),
            new PortDescriptionRequest(OfpPort.None),
        new PortModMessage(new PortMod(new OfpPort(1), new MacAddress(5)) { Mask = PortConfigurationBits.NoForward }),
            new FeaturesRequest(),
        Port(1, PortConfigurationBits.None), new TableModMessage(new TableMod(3) { Miss = TableMissBehaviour.Drop, Evicts = true }),
        new TableModMessage(new TableMod(254)),
            new TableModMessage(new TableMod(3) { SendsVacancyEvents = true, Vacancy = new TableVacancy(10, 20, 0) }),
        new TableDescriptionRequest(), new TableStatisticsRequest(), Out(OfpPort.Local, "output:1"), Out(new OfpPort(0xff10), "output:1"),
        Out(OfpPort.Controller, "output:999"), Out(OfpPort.None, "group:88"), Out(new OfpPort(1), "output:2,IN_PORT"),
        new PacketOutMessage { BufferId = 5, PipelineFields = InPort(OfpPort.None) },
    ];

    private IEnumerable<OpenFlowMessage> Monitors()
    {
        const FlowMonitorFlags All = FlowMonitorFlags.Initial | FlowMonitorFlags.Add | FlowMonitorFlags.Removed | FlowMonitorFlags.Modify
            | FlowMonitorFlags.Instructions;
        return
        [
            new FlowMonitorRequest([new FlowMonitorQuery(1) { Flags = All }]),
                new FlowMonitorRequest([new FlowMonitorQuery(1) { Flags = All }]),
            Flow("table=30,actions=output:1"), Flow("table=30,actions=output:2", FlowModCommand.Modify), Delete(Match(""), 30),
                new FlowMonitorCancel(1),
            new FlowMonitorCancel(1),
                new FlowMonitorRequest([new FlowMonitorQuery(2) { Flags = All | FlowMonitorFlags.OnlyOwn, Table = 31 }]),
            Flow("table=30,actions=output:1"), Flow("table=31,actions=output:1"), Flow("table=31,actions=output:3"), Delete(Match(""), 31),
            new FlowMonitorCancel(2),
        ];
    }

    private IEnumerable<OpenFlowMessage> Ends() =>
    [
        new BarrierReply(), new GetConfigReply(new SwitchConfiguration(FragmentMode.Normal, 0)), new TableStatisticsReply([]),
            new PortDescriptionReply([]),
        new SetFlowModTableId(true), Group(GroupCommand.Delete, GroupMod.AllGroups, GroupType.All),
            new RuleStatisticsRequest(new RuleFilter()),
        Delete(Match(""), 255), Meter(MeterCommand.Delete, MeterMod.AllMeters, MeterFlags.None),
            new RuleStatisticsRequest(new RuleFilter()),
        new MeterConfigurationRequest(MeterMod.AllMeters), new GroupDescriptionRequest(),
    ];

    private FlowModMessage Flow(string text, FlowModCommand command = FlowModCommand.Add)
    {
        Assert.True(RuleText.TryParse(text, ports, out var mod, out var error), error);
        return new FlowModMessage(mod with { Command = command });
    }

    /// <summary>A request that text cannot say, since it is wrong.</summary>
    private FlowModMessage Changed(string text, Func<FlowMod, FlowMod> change) => new(change(Flow(text).Request));

    private Match Match(string text) => Flow(text.Length == 0 ? "actions=drop" : text + ",actions=drop").Request.Match;

    private static FlowModMessage Delete(Match match, byte table) =>
        new(new FlowMod { Command = FlowModCommand.Delete, Table = table, Match = match });

    private static GroupModMessage Group(GroupCommand command, uint id, GroupType type, params GroupBucket[] buckets) =>
        new(new GroupMod { Command = command, GroupId = id, Type = type, Buckets = buckets });

    private static GroupBucket Bucket(uint id, ushort port) =>
        new(id) { Actions = new OpenFlowActions(new OutputPortAction(new OfpPort(port))) };

    private static MeterModMessage Meter(MeterCommand command, uint id, MeterFlags flags, params Fabric.OpenFlow.MeterBand[] bands) =>
        new(new MeterMod(command, id) { Flags = flags, Bands = bands });

    private static BundleControlMessage Control(uint id, BundleControlType type, BundleFlags flags = Both) => new(id, type, flags);

    private static BundleAddMessage Add(uint id, OpenFlowMessage message) => new(id, Both, message);

    private PortDescription Device(ushort number) => devices.Single(d => d.Port.Value == number);

    private PortModMessage Port(ushort number, PortConfigurationBits bits) => new(new PortMod(new OfpPort(number), Device(1).Address)
    {
        Configuration = bits, Mask = PortConfigurationBits.NoForward | PortConfigurationBits.NoReceive,
    });

    private PacketOutMessage Out(OfpPort input, string actions) => new()
    {
        PipelineFields = InPort(input), Actions = Flow($"actions={actions}").Request.Actions, Data = new HexBytes(new byte[60]),
    };

    private static Match InPort(OfpPort port) => new Match().SetInPort(port);
}
