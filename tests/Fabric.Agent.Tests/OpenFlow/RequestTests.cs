using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests.OpenFlow;

/// <summary>Every kind of request in every version.</summary>
public class RequestTests
{
    public static TheoryData<OpenFlowVersion> Versions => [.. Enum.GetValues<OpenFlowVersion>().Where(v => v >= OpenFlowVersion.V10)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Each_question_gets_its_one_answer_S1(OpenFlowVersion version)
    {
        var rig = new SwitchRig();
        var session = rig.Connect(version);
        OpenFlowMessage[] questions =
        [
            new EchoRequest(new HexBytes([1, 2])), new BarrierRequest(), new FeaturesRequest(), new GetConfigRequest(),
                new GetAsyncRequest(),
            new RoleRequest(new RoleState(ControllerRole.NoChange)), new SwitchDescriptionRequest(),
                new RuleStatisticsRequest(new RuleFilter()),
            new AggregateRequest(new RuleFilter()), new TableStatisticsRequest(), new TableFeaturesRequest([]),
                new TableDescriptionRequest(),
            new PortStatisticsRequest(OfpPort.None), new PortDescriptionRequest(OfpPort.None),
                new QueueStatisticsRequest(OfpPort.None, null),
            new QueueConfigurationRequest(OfpPort.None), new GroupStatisticsRequest(GroupMod.AllGroups), new GroupDescriptionRequest(),
            new GroupFeaturesRequest(), new MeterStatisticsRequest(MeterMod.AllMeters), new MeterConfigurationRequest(MeterMod.AllMeters),
            new MeterFeaturesRequest(), new FlowMonitorRequest([new FlowMonitorQuery(1)]), new TlvTableRequest(),
        ];
        foreach (var question in questions)
        {
            var answer = Assert.Single(rig.Ask(session, question));
            Assert.Equal(AnswerTo(question), answer.GetType().Name);
        }
    }

    /// <summary>As OVS's ofpmp_append does: a part ends where the next rule would make it longer than a message can be.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public void The_parts_of_a_long_list_of_rules_are_full_and_nothing_is_read_meanwhile_S3(OpenFlowVersion version)
    {
        const int count = 2_000, most = 65_535, longest = 250;
        var rig = new SwitchRig();
        var session = rig.Connect(version);
        for (var i = 0; i < count; i++) Assert.Equal(OpenFlowError.None, rig.Error(session, rig.Flow($"priority={i},reg0={i},actions=1")));
        session.Receive(new RuleStatisticsRequest(new RuleFilter()) { Xid = 7 }, Array.Empty<byte>(), rig.NowMs);
        var parts = new List<byte[]>();
        while (session.TryTake(out var reply))
        {
            parts.Add(MessageCodec.Encode(reply, version, session.CodecContext));
            Assert.True(MessageCodec.TryDecode(parts[^1], session.CodecContext, out var read, out var error), $"{error}");
            Assert.Equal(session.MayReceive, !Assert.IsType<RuleStatisticsReply>(read).HasMore);
        }

        Assert.InRange(parts.Count, 2, count);
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.Length, most - longest, most));
        Assert.Equal(count, parts.Sum(part => MessageCodec.TryDecode(part, session.CodecContext, out var read, out _)
            ? Assert.IsType<RuleStatisticsReply>(read).Rules.Count : 0));
    }

    [Fact]
    public void Requests_without_a_reply_are_silent_S1()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13);
        Assert.Empty(rig.Ask(session, new EchoReply(HexBytes.Empty)));
        Assert.Empty(rig.Ask(session, new FlowAgeMessage()));
        Assert.Empty(rig.Ask(session, new SetConfig(new SwitchConfiguration(FragmentMode.Drop, 200))));
        Assert.Empty(rig.Ask(session, rig.Flow("table=3,actions=drop")));
        Assert.Empty(rig.Ask(session, new CtFlushZoneMessage(4)));
        Assert.Equal((ushort)4, Assert.Single(rig.Flushed).Zone);
        Assert.Equal(FragmentMode.Drop, rig.Bridge.Fragments);
    }

    [Fact]
    public void What_only_a_switch_sends_is_refused_and_the_session_lives_S2()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13);
        Assert.Equal(OpenFlowError.BrcBadType, rig.Error(session, new BarrierReply()));
        Assert.Equal(OpenFlowError.BrcBadType, rig.Error(session, new TableStatisticsReply([])));
        Assert.Equal(OpenFlowError.NxstNotConfigured, rig.Error(session, new IpfixStatisticsRequest(true)));
        rig.Ask<EchoReply>(session, new EchoRequest(HexBytes.Empty));
    }

    [Fact]
    public void An_error_quotes_its_request()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V13);
        var error = rig.Ask<ErrorMessage>(session, new FlowMonitorCancel(9));
        Assert.Equal(OpenFlowError.MofcUnknownMonitor, error.Error);
        Assert.Equal(80, error.Payload.Size);
    }

    [Fact]
    public void Features_have_ports_up_to_1_2_and_no_buffers()
    {
        var rig = new SwitchRig();
        var features = rig.Ask<FeaturesReply>(rig.Connect(OpenFlowVersion.V10), new FeaturesRequest());
        Assert.Equal(rig.Bridge.DatapathId, features.DatapathId);
        Assert.Equal((254, 0u, 0xfffu), (features.TableCount, features.BufferCount, features.Actions));
        Assert.Equal([65534, 1, 2, 3], features.Ports.Select(p => (int)p.Port.Value));
        Assert.Empty(rig.Ask<FeaturesReply>(rig.Connect(OpenFlowVersion.V13), new FeaturesRequest()).Ports);
    }

    [Fact]
    public void A_description_has_the_texts_of_Open_vSwitch()
    {
        var rig = new SwitchRig { Switch = { Texts = new SwitchTexts("s1", "rack 4") } };
        var reply = rig.Ask<SwitchDescriptionReply>(rig.Connect(OpenFlowVersion.V13), new SwitchDescriptionRequest());
        Assert.Equal(("Nicira, Inc.", "Open vSwitch", "3.1.0", "s1", "rack 4"),
            (reply.Manufacturer, reply.Hardware, reply.Software, reply.SerialNumber, reply.Datapath));
    }

    [Fact]
    public void A_table_may_be_named_by_a_controller_and_nothing_else_of_it_changed()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V15);
        var features = rig.Ask<TableFeaturesReply>(session, new TableFeaturesRequest([])).Tables;
        Assert.Equal(254, features.Count);
        Assert.Equal(1_000_000u, features[0].MaxEntries);
        Assert.NotEqual(features[0].Rules.Instructions, features[253].Rules.Instructions);
        var named = new TableFeaturesRequest([features[7] with { Name = "seven", Command = 1 }]);
        Assert.Equal("seven", rig.Ask<TableFeaturesReply>(session, named).Tables[7].Name);
        var larger = new TableFeaturesRequest([features[7] with { MaxEntries = 5, Command = 1 }]);
        Assert.Equal(OpenFlowError.TffcEperm, rig.Error(session, larger));
        Assert.Equal(OpenFlowError.NxtffcDupTable, rig.Error(session, new TableFeaturesRequest([features[7], features[7]])));
        Assert.Equal(OpenFlowError.TffcEperm, rig.Error(session, new TableFeaturesRequest([features[7]])));
    }

    [Fact]
    public void Ports_and_queues_that_do_not_exist()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V14);
        Assert.Empty(rig.Ask<PortStatisticsReply>(session, new PortStatisticsRequest(new OfpPort(9))).Ports);
        Assert.Equal(OpenFlowError.QofcBadPort, rig.Error(session, new QueueStatisticsRequest(new OfpPort(9), null)));
        Assert.Equal(OpenFlowError.QofcBadQueue, rig.Error(session, new QueueStatisticsRequest(new OfpPort(1), 5)));
        Assert.Equal(OpenFlowError.MmfcUnknownMeter, rig.Error(session, new MeterStatisticsRequest(4)));
        Assert.Empty(rig.Ask<GroupStatisticsReply>(session, new GroupStatisticsRequest(4)).Groups);
    }

    [Fact]
    public void A_tunnel_option_in_use_stays_mapped()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V15);
        var mapping = new TunnelOptionMapping(0x102, 0x80, 4, 0);
        Assert.Empty(rig.Ask(session, new TlvTableMod(TunnelOptionCommand.Add, [mapping])));
        Assert.Equal(OpenFlowError.NxttmfcAlreadyMapped, rig.Error(session, new TlvTableMod(TunnelOptionCommand.Add, [mapping])));
        var field = rig.Bridge.TunnelOptions.FieldAt(0)!;
        var rule = new FlowMod { Actions = new OpenFlowActions(new SetFieldAction(field, 5, field.AllOnes)) };
        Assert.Empty(rig.Ask(session, new FlowModMessage(rule)));
        Assert.Equal(OpenFlowError.NxttmfcInvalidTlvDel, rig.Error(session, new TlvTableMod(TunnelOptionCommand.Delete, [mapping])));
        Assert.Empty(rig.Ask(session, SwitchRig.Delete()));
        Assert.Empty(rig.Ask(session, new TlvTableMod(TunnelOptionCommand.Clear, [])));
        var table = rig.Ask<TlvTableReply>(session, new TlvTableRequest());
        Assert.Equal((256u, (ushort)64, 0), (table.MaxOptionSpace, table.MaxFields, table.Mappings.Count));
    }

    [Fact]
    public void A_table_loses_the_name_that_the_database_gave_it_even_when_a_controller_sent_it_back()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V15);
        rig.Bridge.Tables.Configure(2, new TableSettings { Name = "two" });
        var features = rig.Ask<TableFeaturesReply>(session, new TableFeaturesRequest([])).Tables;
        Assert.Equal("two", features[2].Name);
        rig.Ask(session, new TableFeaturesRequest([features[2] with { Command = 1 }, features[3] with { Name = "three", Command = 1 }]));
        rig.Bridge.Tables.Configure(2, TableSettings.Default);
        features = rig.Ask<TableFeaturesReply>(session, new TableFeaturesRequest([])).Tables;
        Assert.Equal(("", "three"), (features[2].Name, features[3].Name));
    }

    [Fact]
    public void A_trace_names_tunnel_options_by_the_fields_that_stand_for_them()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V15);
        rig.Ask(session, new TlvTableMod(TunnelOptionCommand.Add, [new(0xffff, 0, 4, 0), new(0xffff, 1, 4, 1)]));
        var match = Match.Any;
        var field = rig.Bridge.TunnelOptions.FieldAt(0)!;
        field.Set(ref match.Value, 0xb);
        field.Set(ref match.Mask, 0xf);
        match.Mask.TunnelPresent |= 2;
        Assert.Empty(rig.Ask(session, new FlowModMessage(new FlowMod { Match = match })));
        const string Packet = "tunnel(tun_id=0x0,src=192.0.2.1,dst=192.0.2.2,ttl=64,geneve({class=0xffff,type=0,len=4,0xb}),flags(df|key)),"
            + "in_port(6081),eth(src=50:54:00:00:00:05,dst=50:54:00:00:00:07),eth_type(0x0800),ipv4(frag=no)";
        var flow = default(OpenFlowKey);
        Assert.True(FlowText.TryParse(Packet, out flow.Packet, out _, out var error), error);
        flow.Packet.Normalize();
        var trace = rig.Agent.Trace(rig.Bridge, ref flow, TraceOptions.Default, 0);
        Assert.Contains(" 0. tun_metadata0=0xb/0xf,tun_metadata1=NP, priority 32768\n", trace, StringComparison.Ordinal);
        Assert.Matches("Megaflow: .*,tun_metadata0=0xb/0xf,tun_metadata1=NP,", trace);
    }

    [Fact]
    public void An_arp_operation_is_set_though_actions_have_twice_its_bits()
    {
        var bench = new Bench().Port(1).Port(2).Rules("arp,actions=set_field:1->arp_op,2", "table=0,priority=1,actions=drop");
        var packet = "arp,arp_op=2,arp_spa=192.0.2.1,arp_tpa=192.0.2.2,arp_sha=00:01:02:03:04:06,arp_tha=ff:ff:ff:ff:ff:ff";
        Assert.EndsWith(",102", bench.Actions(101, packet), StringComparison.Ordinal);
        var field = OpenFlowFields.ArpOp;
        var rig = new SwitchRig();
        var rule = new FlowMod { Match = Match.Any, Actions = new OpenFlowActions(new SetFieldAction(field, 1, 0xffff)) };
        rule.Match.Set(OpenFlowFields.EthType, 0x806, 0xffff);
        Assert.Empty(rig.Ask(rig.Connect(OpenFlowVersion.V15), new FlowModMessage(rule)));
        var flow = new OpenFlowKey { Packet = Bench.Key(1, packet) };
        Assert.Contains("arp_op=1", rig.Agent.Trace(rig.Bridge, ref flow, TraceOptions.Default, 0), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_see_that_the_action_set_has_no_output()
    {
        var rig = new SwitchRig();
        var session = rig.Connect(OpenFlowVersion.V15);
        var match = Match.Any;
        match.Set(OpenFlowFields.ActionSetOutput, 0xffff_fff7, uint.MaxValue);
        Assert.Empty(rig.Ask(session, new FlowModMessage(new FlowMod { Match = match, Priority = 7 })));
        var flow = new OpenFlowKey { Packet = Bench.Key(1, "ip") };
        Assert.Contains("priority 7\n", rig.Agent.Trace(rig.Bridge, ref flow, TraceOptions.Default, 0), StringComparison.Ordinal);
    }

    private static string AnswerTo(OpenFlowMessage question) => question is SwitchDescriptionRequest ? nameof(SwitchDescriptionReply)
        : question.GetType().Name.Replace("Request", "Reply", StringComparison.Ordinal);
}
