using System.Text;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow.Tests;

/// <summary>At least one of each message, with nothing left at its default where a version can carry it.</summary>
public static class MessageSamples
{
    private const OpenFlowVersion V11 = OpenFlowVersion.V11;
    private const OpenFlowVersion V13 = OpenFlowVersion.V13;
    private const OpenFlowVersion V14 = OpenFlowVersion.V14;
    private const OpenFlowVersion V15 = OpenFlowVersion.V15;

    public static readonly MacAddress Address = new(0x0a_00_00_00_00_01);

    public static IEnumerable<MessageSample> All() =>
        [.. Symmetric(), .. Packets(), .. Rules(), .. Settings(), .. Ports(), .. Groups(), .. Meters(), .. Tables(), .. Monitors()];

    public static Match Tcp() => Match.Any.SetInPort(new OfpPort(3)).Set(OpenFlowFields.EthType, 0x0800)
        .Set(OpenFlowFields.NwProto, 6).Set(OpenFlowFields.NwSource, 0x0a000001, 0xffffff00).Set(OpenFlowFields.TcpDestination, 80);

    private static OpenFlowActions Output(ushort port) => new(new OutputPortAction(new OfpPort(port)));

    private static HexBytes Frame => new(Encoding.ASCII.GetBytes("frame to with a type and payload of some bytes"));

    private static IEnumerable<MessageSample> Symmetric() =>
    [
        new(new Hello(0x12), "version bitmap: 0x01, 0x04") { First = V13, Last = V13 },
        new(new Hello(0x7e), "0x01, 0x02, 0x03, 0x04, 0x05, 0x06") { First = V15 },
        new(new ErrorMessage(OpenFlowError.BacBadOutGroup, new HexBytes([4, 7, 0, 8, 0, 0, 0, 9])), "OFPBAC_BAD_OUT_GROUP")
        { First = V11 },
        new(new ErrorMessage(OpenFlowError.NxbrcMustBeZero, new HexBytes([1, 7, 0, 8, 0, 0, 0, 9])), "NXBRC_MUST_BE_ZERO"),
        new(new EchoRequest(new HexBytes([1, 2, 3])), "3 bytes of payload"),
        new(new EchoReply(HexBytes.Empty), "0 bytes of payload"),
        new(new FeaturesRequest(), "OFPT_FEATURES_REQUEST"),
        new(new GetConfigRequest(), "OFPT_GET_CONFIG_REQUEST"),
        new(new GetConfigReply(new(FragmentMode.Drop, 128)), "frags=drop", "miss_send_len=128"),
        new(new SetConfig(new(FragmentMode.NxMatch, 65535) { SendsInvalidTtl = true }), "frags=nx-match") { Last = OpenFlowVersion.V12 },
        new(new SetConfig(new(FragmentMode.Normal, 0)), "miss_send_len=0") { First = V13 },
        new(new BarrierRequest(), "OFPT_BARRIER_REQUEST"),
        new(new BarrierReply(), "OFPT_BARRIER_REPLY"),
        new(new SwitchDescriptionRequest(), "OFPST_DESC request"),
        new(new SwitchDescriptionReply("Nicira, Inc.", "Open vSwitch", "3.1.0", "None", "br0"), "Manufacturer: Nicira, Inc.",
            "DP Description: br0"),
        new(new FeaturesReply(0xabcdef)
        {
            BufferCount = 256, TableCount = 254, Capabilities = SwitchCapabilities.FlowStatistics | SwitchCapabilities.PortStatistics,
            Actions = 0xfff, Ports = [Port(1), Port(2)],
        }, "dpid:0000000000abcdef", "n_tables:254, n_buffers:256", "FLOW_STATS PORT_STATS", "2(p2)") { Last = OpenFlowVersion.V10 },
        new(new FeaturesReply(1) { AuxiliaryId = 7, Capabilities = SwitchCapabilities.GroupStatistics }, "GROUP_STATS", "auxiliary_id:7")
        {
            First = V13,
        },
    ];

    private static IEnumerable<MessageSample> Packets()
    {
        var fields = Match.Any.SetInPort(new OfpPort(5)).Set(OpenFlowFields.TunnelId, 7).Set(OpenFlowFields.Registers[3], 0x1234);
        var packet = new PacketIn(Frame) { PipelineFields = fields, Reason = PacketInReason.InvalidTtl, Table = 4, Cookie = 0x5a };
        var plain = packet with { PipelineFields = Match.Any.SetInPort(new OfpPort(5)), Table = 0, Cookie = ulong.MaxValue };
        uint size = (uint)Frame.Size;
        PacketInMessage Message(PacketIn p, PacketInFormat format) => new(p, format) { TotalSize = size };
        yield return new(Message(plain, PacketInFormat.Standard), "in_port=5", "invalid_ttl", "unbuffered") { Last = OpenFlowVersion.V10 };
        yield return new(Message(plain with { Table = 4 }, PacketInFormat.Standard), "table_id=4") { First = V11, Last = V11 };
        yield return new(Message(packet, PacketInFormat.Standard), "cookie=0x5a", "reg3=0x1234,tun_id=0x7,in_port=5") { First = V13 };
        yield return new(Message(packet, PacketInFormat.Nicira), "table_id=4", "cookie=0x5a", "reg3=0x1234");
        yield return new(
            Message(packet with { UserData = new([1, 2, 3]) }, PacketInFormat.Nicira2), "table_id=4", "cookie=0x5a", "userdata=01.02.03");
        yield return new(Message(packet, PacketInFormat.Nicira2) with { TotalSize = 1000 }, "total_len=1000");
        yield return new(new ResumeMessage(packet, HexBytes.Empty), "NXT_RESUME", "cookie=0x5a");
        yield return new(new PacketOutMessage
        {
            PipelineFields = Match.Any.SetInPort(OfpPort.Controller), Actions = Output(2), Data = Frame,
        }, "in_port=CONTROLLER", "actions=output:2", $"data_len={size}");
        yield return new(new PacketOutMessage { PipelineFields = fields, Actions = Output(2), Data = Frame }, "tun_id=0x7") { First = V15 };
    }

    private static IEnumerable<MessageSample> Rules()
    {
        var add = new FlowMod
        {
            Cookie = 0x77, Table = 3, Priority = 100, IdleTimeoutSeconds = 10, HardTimeoutSeconds = 20, Match = Tcp(), Actions = Output(7),
            Flags = FlowModFlags.SendFlowRemoved | FlowModFlags.CheckOverlap,
        };
        var noTable = add with { Table = 255, Flags = add.Flags | FlowModFlags.ResetCounts };
        string[] printed = ["ADD", "priority=100,tcp,in_port=3,nw_src=10.0.0.0/24,tp_dst=80", "cookie:0x77", "idle:10 hard:20", "output:7"];
        yield return new(new FlowModMessage(noTable), printed) { Last = OpenFlowVersion.V10 };
        yield return new(new FlowModMessage(noTable) { IsExtension = true }, printed) { Last = OpenFlowVersion.V10 };
        yield return new(new FlowModMessage(add with { Flags = add.Flags | FlowModFlags.ResetCounts }), [.. printed, "table:3"])
        {
            First = V11, Last = V11,
        };
        yield return new(
            new FlowModMessage(add with { Flags = add.Flags | FlowModFlags.NoByteCounts, Importance = 9 }), [.. printed, "importance:9"])
        {
            First = V14,
        };
        var modify = noTable with
        {
            Command = FlowModCommand.ModifyStrict, Cookie = 1, CookieMask = ulong.MaxValue, NewCookie = 2, ModifiesCookie = true,
            Flags = FlowModFlags.None,
        };
        yield return new(new FlowModMessage(modify) { IsExtension = true }, "MOD_STRICT", "cookie:0x2", "cookie:0x1/0xffffffffffffffff")
        {
            Last = OpenFlowVersion.V10,
        };
        yield return new(new FlowModMessage(new FlowMod
        {
            Command = FlowModCommand.Delete, Table = 255, OutPort = new OfpPort(4), OutGroup = 9, Cookie = 0x10, CookieMask = 0xf0,
        }), "DEL", "out_port:4", "cookie:0x10/0xf0") { First = OpenFlowVersion.V12 };
        var removed = new FlowRemovedMessage
        {
            Match = Tcp(), Cookie = 0x99, Priority = 100, Reason = RuleRemovalReason.HardTimeout, Table = 255, Duration = new(5, 7_000_000),
            IdleTimeoutSeconds = 60, PacketCount = 11, ByteCount = 1100,
        };
        yield return new(removed, "reason=hard", "cookie:0x99", "duration5.007s idle60", "pkts11 bytes1100") { Last = OpenFlowVersion.V10 };
        yield return new(removed with { Table = 6, IsExtension = true }, "NXT_FLOW_REMOVED", "table_id=6") { Last = OpenFlowVersion.V10 };
        yield return new(removed with { Table = 6, HardTimeoutSeconds = 70 }, "table_id=6", "hard70") { First = V11 };
        var filter = new RuleFilter { Match = Tcp(), Table = 2, OutPort = new OfpPort(9) };
        yield return new(new RuleStatisticsRequest(filter), "table=2 out_port=9", "tp_dst=80");
        yield return new(new AggregateRequest(filter), "table=2 out_port=9", "tp_dst=80");
        var cookies = filter with { Cookie = 4, CookieMask = 6 };
        yield return new(new RuleStatisticsRequest(cookies) { IsExtension = true }, "NXST_FLOW request") { Last = OpenFlowVersion.V10 };
        yield return new(new AggregateRequest(cookies) { IsExtension = true }, "NXST_AGGREGATE request") { Last = OpenFlowVersion.V10 };
        yield return new(new RuleStatisticsRequest(cookies with { OutGroup = 3 }), "table=2") { First = V11 };
        foreach (var sample in RuleStatistics()) yield return sample;
        yield return new(new AggregateReply(5, 500, 2), "packet_count=5 byte_count=500 flow_count=2");
        yield return new(new AggregateReply(5, 500, 2) { IsExtension = true }, "flow_count=2") { Last = OpenFlowVersion.V10 };
    }

    private static IEnumerable<MessageSample> RuleStatistics()
    {
        var rule = new RuleStatistics
        {
            Match = Tcp(), Table = 1, Priority = 5, Cookie = 0x42, Duration = new(100, 500_000_000), IdleTimeoutSeconds = 3,
            HardTimeoutSeconds = 4, PacketCount = 10, ByteCount = 2000, Actions = Output(1),
        };
        string[] printed = ["cookie=0x42, duration=100.500s, table=1, n_packets=10, n_bytes=2000, idle_timeout=3, hard_timeout=4",
            "output:1"];
        yield return new(new RuleStatisticsReply([rule, rule with { Table = 2 }]), printed) { Last = OpenFlowVersion.V10 };
        yield return new(new RuleStatisticsReply([rule with { IdleAgeSeconds = 7, HardAgeSeconds = 8 }]) { IsExtension = true },
            "idle_age=7")
        {
            Last = OpenFlowVersion.V10,
        };
        yield return new(new RuleStatisticsReply([rule]), printed) { First = V11, Last = OpenFlowVersion.V12 };
        yield return new(
            new RuleStatisticsReply([rule with { Flags = FlowModFlags.SendFlowRemoved, Importance = 9 }]), "importance=9", "send_flow_rem")
        {
            First = V14, Last = V14,
        };
        yield return new(new RuleStatisticsReply([rule with { IdleAgeSeconds = 7, Importance = 2 }]), [.. printed, "idle_age=7"])
        {
            First = V15,
        };
    }

    private static IEnumerable<MessageSample> Settings() =>
    [
        new(new RoleRequest(new(ControllerRole.Primary, 12)), "role=primary", "generation_id=12") { First = OpenFlowVersion.V12 },
        new(new RoleRequest(new(ControllerRole.Secondary)) { IsExtension = true }, "role=secondary"),
        new(new RoleReply(new(ControllerRole.Equal)), "role=equal") { First = OpenFlowVersion.V12 },
        new(new RoleReply(new(ControllerRole.Primary)) { IsExtension = true }, "NXT_ROLE_REPLY", "role=primary"),
        new(new RoleStatusMessage(ControllerRole.Secondary, RoleChangeReason.Configuration, 6), "reason=configuration_changed"),
        new(new GetAsyncRequest(), "OFPT_GET_ASYNC_REQUEST"),
        new(new GetAsyncReply(new([0b0100_0011, 7, 3, 1, 24, 3], [0, 7, 0, 0, 0, 0])), "add delete modify", "vacancy_down vacancy_up")
        { First = V14 },
        new(new SetAsyncMessage(new([new(AsyncKind.PacketIn, false, 0b100), new(AsyncKind.PortStatus, true, 1)])), "invalid_ttl")
        { First = V14 },
        new(new BundleControlMessage(5, BundleControlType.CommitRequest, BundleFlags.Atomic | BundleFlags.Ordered),
            "bundle_id=0x5 type=COMMIT_REQUEST flags=atomic ordered"),
        new(new BundleAddMessage(5, BundleFlags.Atomic, new FlowModMessage(new FlowMod { Table = 1, Match = Tcp(), Actions = Output(1) })),
            "bundle_id=0x5", "OFPT_FLOW_MOD", "table:1") { First = V13 },
        new(new RequestForwardMessage(new MeterModMessage(new(MeterCommand.Delete, 5))), "reason=meter_mod") { First = V13 },
        new(new TlvTableMod(TunnelOptionCommand.Add, [new(0xffff, 1, 4, 0), new(0x102, 0x80, 8, 3)]), "ADD mapping table", "0x102"),
        new(new TlvTableRequest(), "NXT_TLV_TABLE_REQUEST"),
        new(new TlvTableReply(256, 64, [new(0x102, 0x80, 4, 0)]), "max option space=256 max fields=64", "tun_metadata0"),
        new(new CtFlushZoneMessage(13), "zone_id=13"),
        new(new CtFlushMessage(new(9, 6, new() { Source = new(0, 0xffff_0a000001), DestinationPort = 80 }, new() { SourcePort = 80 })
            { IpVersion = 4 }), "zone=9", "ct_nw_src=10.0.0.1", "ct_nw_proto=6"),
        new(new CtFlushMessage(new(null, 1, new() { SourcePort = 4, DestinationPort = null, IcmpType = 8, IcmpCode = 0 },
            ConnectionFilterTuple.Any with { SourcePort = 0, IcmpType = 0, IcmpCode = 0 })), "icmp_id=4,icmp_type=8"),
        new(new SetPacketInFormat(PacketInFormat.Nicira2), "format=nxt_packet_in2"),
        new(new SetFlowFormat(true), "format=nxm"),
        new(new SetFlowModTableId(true), "enable"),
        new(new SetControllerId(0x102), "id=258"),
        new(new FlowAgeMessage(), "NXT_FLOW_AGE"),
    ];

    private static PortDescription Port(ushort number) => new(new OfpPort(number), Address, $"p{number}")
    {
        Configuration = PortConfigurationBits.PortDown, State = PortStateBits.LinkDown, Current = PortFeatures.Speed1GFullDuplex,
        Advertised = PortFeatures.Copper, Supported = PortFeatures.Speed10GFullDuplex, Peer = PortFeatures.AutoNegotiation,
        CurrentSpeed = 1_000_000, MaxSpeed = 10_000_000,
    };

    private static IEnumerable<MessageSample> Ports()
    {
        string[] printed = ["1(p1)", "addr:0a:00:00:00:00:01", "PORT_DOWN", "LINK_DOWN", "1GB-FD", "COPPER", "10GB-FD", "AUTO_NEG"];
        yield return new(new PortDescriptionRequest(OfpPort.None), "OFPST_PORT_DESC request");
        yield return new(new PortDescriptionRequest(new OfpPort(3)), "port=3") { First = V15 };
        yield return new(new PortDescriptionReply([Port(1), Port(2)]), printed);
        yield return new(new PortStatusMessage(PortChangeReason.Modify, Port(1)), ["MOD", .. printed]);
        yield return new(new PortModMessage(new PortMod(OfpPort.Local, Address)
        {
            Configuration = PortConfigurationBits.PortDown, Mask = PortConfigurationBits.PortDown | PortConfigurationBits.NoForward,
            Advertise = PortFeatures.Copper,
        }), "port: LOCAL", "config: PORT_DOWN", "mask:   PORT_DOWN NO_FWD", "advertise: COPPER");
        yield return new(new PortStatisticsRequest(OfpPort.None), "port_no=ANY");
        var counters = new PortStatistics(new OfpPort(4)) { RxPackets = 1, TxPackets = 2, RxBytes = 3, TxBytes = 4, RxCrcErrors = 5 };
        yield return new(new PortStatisticsReply([counters]), "rx pkts=1, bytes=3, drop=?, errs=?, frame=?, over=?, crc=5")
        {
            Last = OpenFlowVersion.V12,
        };
        yield return new(new PortStatisticsReply([counters with { Duration = new(9, 0) }]), "crc=5", "duration=9s")
        { First = V13, Last = V13 };
        yield return new(new PortStatisticsReply([counters with
        {
            Duration = new(9, 0), Rfc2819 = [.. Enumerable.Range(1, 21).Select(n => (ulong)n)], Custom = [new("in_use", 12)],
        }]), "duration=9s", "in_use=12", "rx_jabber_errors=21") { First = V14 };
        yield return new(new QueueStatisticsRequest(OfpPort.None, null), "port=ANY queue=ALL");
        yield return new(new QueueStatisticsRequest(new OfpPort(2), 5), "port=2 queue=5");
        var queue = new QueueCounters(new OfpPort(2), 5) { TxBytes = 10, TxPackets = 1 };
        yield return new(new QueueStatisticsReply([queue]), "port 2 queue 5: bytes=10, pkts=1, errors=?") { Last = OpenFlowVersion.V12 };
        yield return new(new QueueStatisticsReply([queue with { Duration = new(3, 0) }]), "duration=3s") { First = V13 };
        yield return new(new QueueConfigurationRequest(new OfpPort(2)), "port=2");
        yield return new(new QueueConfigurationRequest(OfpPort.None, 6), "port=ANY", "queue=6") { First = V14 };
        var configured = new QueueConfiguration(new OfpPort(2), 6) { MinRate = 100, MaxRate = 500 };
        yield return new(new QueueConfigurationReply(new OfpPort(2), [configured]), "queue 6:", "min_rate:10.0%", "max_rate:50.0%")
        {
            Last = V13,
        };
        yield return new(new QueueConfigurationReply(OfpPort.None, [configured]), "port=2", "min_rate:10.0%") { First = V14 };
    }

    private static IEnumerable<MessageSample> Groups()
    {
        GroupBucket[] buckets = [new(0) { Weight = 5, Actions = Output(1) }, new(1) { Weight = 6, WatchPort = new OfpPort(2),
            Actions = Output(2) }];
        var add = new GroupMod { Command = GroupCommand.Add, Type = GroupType.Select, GroupId = 77, Buckets = buckets };
        yield return new(new GroupModMessage(add), "ADD group_id=77,type=select", "weight:5", "weight:6,watch_port:2");
        var hashed = add with
        {
            Command = GroupCommand.AddOrModify,
            Properties = new("hash", 9, new(new FieldMask(OpenFlowFields.EthSource, OpenFlowFields.EthSource.AllOnes))),
        };
        yield return new(new GroupModMessage(hashed), "selection_method=hash,selection_method_param=9,fields=eth_src") { First = V15 };
        yield return new(new GroupModMessage(hashed), "selection_method=hash") { Last = OpenFlowVersion.V10 };
        yield return new(new GroupModMessage(add with
        {
            Command = GroupCommand.InsertBucket, CommandBucketId = GroupMod.LastBucket, Buckets = [new(9) { Actions = Output(4) }],
        }), "INSERT_BUCKET command_bucket_id:last", "bucket_id:9") { First = V15 };
        yield return new(new GroupModMessage(new GroupMod { Command = GroupCommand.Delete, GroupId = GroupMod.AllGroups }),
            "DEL group_id=4294967292");
        yield return new(new GroupDescriptionRequest(), "GROUP_DESC request");
        yield return new(new GroupDescriptionRequest(5), "group_id=5") { First = V15 };
        yield return new(new GroupDescriptionReply([new(GroupType.Select, 7) { Buckets = buckets }]), "group_id=7,type=select", "weight:5");
        yield return new(new GroupDescriptionReply([new(GroupType.Select, 7) { Buckets = buckets, Properties = hashed.Properties }]),
            "selection_method=hash") { First = V15 };
        yield return new(new GroupStatisticsRequest(GroupMod.AllGroups), "group_id=ALL") { First = V11 };
        var counters = new GroupStatistics(7, 2, 30, 3000) { Buckets = [new(10, 1000), new(20, 2000)] };
        yield return new(new GroupStatisticsReply([counters with { Duration = new(4, 0) }]),
            "group_id=7,duration=4s,ref_count=2,packet_count=30,byte_count=3000", "bucket1:packet_count=20,byte_count=2000")
            { First = V13 };
        yield return new(new GroupStatisticsReply([counters with { Duration = RuleDuration.Unknown }]), "group_id=7,ref_count=2")
        {
            First = V11, Last = OpenFlowVersion.V12,
        };
        yield return new(new GroupFeaturesRequest(), "GROUP_FEATURES request");
        yield return new(new GroupFeaturesReply(new(0xf, 7, [100, 101, 102, 103], [1, 1, 1, 1])), "max_groups=0x64", "max_groups=0x67");
    }

    private static IEnumerable<MessageSample> Meters()
    {
        var add = new MeterMod(MeterCommand.Add, 5)
        {
            Flags = MeterFlags.PacketsPerSecond | MeterFlags.Burst | MeterFlags.Statistics, Bands = [new(false, 100, 50),
                new(true, 10, 5, 2)],
        };
        yield return new(new MeterModMessage(add), "ADD meter=5 pktps burst stats", "type=drop rate=100 burst_size=50", "prec_level=2");
        yield return new(new MeterModMessage(new MeterMod(MeterCommand.Delete, MeterMod.AllMeters)), "DEL meter=all");
        yield return new(new MeterStatisticsRequest(5), "meter=5");
        yield return new(new MeterConfigurationRequest(MeterMod.AllMeters), "meter=all");
        yield return new(new MeterFeaturesRequest(), "METER_FEATURES request");
        yield return new(new MeterConfigurationReply([add]), "meter=5 pktps burst stats", "rate=100");
        yield return new(new MeterStatisticsReply([new(5, 1, 2, 3) { Duration = new(1, 0), Bands = [new(6, 7)] }]),
            "meter:5 flow_count:1 packet_in_count:2 byte_in_count:3 duration:1s", "packet_count:6 byte_count:7");
        yield return new(new MeterFeaturesReply(new(200, 2, MeterFlags.PacketsPerSecond, 8, 0)), "max_meter:200", "band_types: drop");
    }

    private static IEnumerable<MessageSample> Tables()
    {
        yield return new(new TableStatisticsRequest(), "OFPST_TABLE request");
        yield return new(new TableStatisticsReply([new(3, 1, 2, 3)]), "table 3:", "active=1, lookup=2, matched=3") { First = V13 };
        var fields = new FieldSet([OpenFlowFields.InPort, OpenFlowFields.EthSource, OpenFlowFields.NwSource]);
        var old = new TableFeatures(3, "t3") { MaxEntries = 1_000_000, Match = fields, Wildcard = fields };
        yield return new(new TableStatisticsReply([new(3, 1, 2, 3) { Features = old }]), "table 3 (\"t3\")", "max_entries=1000000",
            "active=1")
        {
            Last = OpenFlowVersion.V10,
        };
        yield return new(new TableModMessage(new TableMod(4) { Miss = TableMissBehaviour.Drop }), "table_id=4", "flow_miss_config=drop")
        {
            First = V11, Last = V11,
        };
        yield return new(new TableModMessage(new TableMod(4)
        {
            Evicts = true, SendsVacancyEvents = true, Vacancy = new(20, 80, 0),
        }), "table_id=4", "eviction=on", "vacancy=on", "vacancy:20,80") { First = V14 };
        var described = new TableDescription(2) { Evicts = true, EvictionFlags = 1, SendsVacancyEvents = false, Vacancy = new(1, 2, 3) };
        yield return new(new TableDescriptionRequest(), "OFPST_TABLE_DESC request");
        yield return new(new TableDescriptionReply([described, described with { Table = 3 }]), "table 2:", "eviction=on");
        yield return new(new TableStatusMessage(TableChangeReason.VacancyUp, described), "reason=VACANCY_UP");
        yield return new(new TableFeaturesRequest([]), "TABLE_FEATURES request");
        var side = new TableInstructionFeatures(
            0x7e, TableSet.Range(4, 253), new TableActionFeatures(1, fields), new TableActionFeatures(0x400001, fields));
        yield return new(new TableFeaturesReply([new(3, "classifier")
        {
            MaxEntries = 10, Rules = side, MissRule = side, Match = fields, Wildcard = fields, Mask = new([OpenFlowFields.EthSource]),
        }]), "table 3 (\"classifier\")", "max_entries=10", "next tables: 4-253", "arbitrary mask: eth_src");
    }

    private static IEnumerable<MessageSample> Monitors()
    {
        var query = new FlowMonitorQuery(5)
        {
            Flags = FlowMonitorFlags.Initial | FlowMonitorFlags.Add | FlowMonitorFlags.OnlyOwn, Table = 3,
                OutPort = new OfpPort(2), Match = Tcp(),
        };
        yield return new(new FlowMonitorRequest([query]), "id=5 flags=initial,add,own out_port=2", "table=3", "tp_dst=80");
        var update = new FlowUpdate(FlowUpdateEvent.Added)
        {
            Table = 1, Priority = 5, Cookie = 6, IdleTimeoutSeconds = 7, HardTimeoutSeconds = 8, Match = Tcp(), Actions = Output(9),
        };
        yield return new(new FlowMonitorReply([update, update with
        {
            Event = FlowUpdateEvent.Removed, Reason = RuleRemovalReason.Delete, Actions = OpenFlowActions.Drop,
        }]), "event=ADDED table=1 idle_timeout=7 hard_timeout=8 cookie=0x6", "output:9", "event=DELETED reason=delete");
        yield return new(new FlowMonitorReply([new(FlowUpdateEvent.Abbreviated) { RequestXid = 0x1234 }]), "event=ABBREV xid=0x1234");
        yield return new(new FlowMonitorReply([new(FlowUpdateEvent.Paused)]), "event=PAUSED") { First = V14 };
        yield return new(new FlowMonitorCancel(5), "id=5");
        yield return new(new FlowMonitorPaused(), "PAUSED");
        yield return new(new FlowMonitorResumed(), "RESUMED");
    }
}
