using Fabric.Agent;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Topology;

namespace Fabric.Actors.Tests.OpenFlow;

/// <summary>What controllers ask of a server's ports: counters of now, queues, up and down.</summary>
public sealed class PortRequestTests : DatabaseRig
{
    private static readonly OfpPort First = new(1);

    [Fact]
    public void Counters_are_those_of_now()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var client = Client();
        for (var round = 0; round < 4; round++)
        {
            var before = Count(client, First);
            AssertPings("a-1", "10.1.0.2", count: 5);
            var after = Count(client, First);
            Assert.Equal((5ul, 5ul), (after.RxPackets - before.RxPackets, after.TxPackets - before.TxPackets));
        }

        // Both questions in one read, and what follows them, are answered in order.
        var answers = client.Ask(new PortStatisticsRequest(First), new EchoRequest(HexBytes.Empty), new PortStatisticsRequest(First));
        Assert.Equal([typeof(PortStatisticsReply), typeof(EchoReply), typeof(PortStatisticsReply)], answers.Select(a => a.GetType()));
    }

    [Fact]
    public void A_request_is_answered_with_what_is_known_when_the_datapath_is_not_there()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var client = Client();
        Count(client, First);
        var link = client.Begin(new PortStatisticsRequest(First));
        Break("server-1", "kernel");
        Advance(3_000);
        Assert.IsType<PortStatisticsReply>(link());
        AssertPings("a-1", "10.1.0.2");
    }

    [Theory]
    [InlineData(OffloadMode.Transparent)]
    [InlineData(OffloadMode.Off)]
    public void A_port_that_is_set_down_passes_nothing_and_counts_what_it_drops(OffloadMode offload)
    {
        StartBoth(offload);
        AssertPings("a-1", "10.1.0.2");
        var client = Client();
        var other = Client();
        other.Ask(new SetAsyncMessage(new AsyncChange([new AsyncMask(AsyncKind.PortStatus, false, 7)])));
        var before = Count(client, First);

        SetUp(client, First, isUp: false);
        var told = Assert.Single(other.Ask().OfType<PortStatusMessage>());
        Assert.Equal((PortChangeReason.Modify, First), (told.Reason, told.Port.Port));
        Assert.True(told.Port.Configuration.HasFlag(PortConfigurationBits.PortDown));
        Assert.True(told.Port.State.HasFlag(PortStateBits.LinkDown));
        Assert.Equal("down", Row("server-1", "Interface", "vf0")["admin_state"].Text);
        Assert.Equal(0, Ping("a-1", "10.1.0.2", 3).Received);
        Assert.Equal(0, Ping("a-2", "10.1.0.1", 3).Received);
        var down = Count(client, First);
        Assert.Equal((before.RxPackets, before.TxPackets), (down.RxPackets, down.TxPackets));
        Assert.True(down.RxDropped >= before.RxDropped + 3, $"{down}");
        Assert.True(down.TxDropped >= before.TxDropped + 1, $"{down}");

        // A restarted agent or datapath or NIC leaves it down.
        foreach (var part in (string[])["agent", "kernel", "nic"])
        {
            Break("server-1", part);
            Advance(2_000);
            Assert.Equal(0, Ping("a-1", "10.1.0.2", 2).Received);
        }

        client = Client();
        Assert.True(Describe(client, First).Configuration.HasFlag(PortConfigurationBits.PortDown));
        SetUp(client, First, isUp: true);
        AssertPings("a-1", "10.1.0.2");
        Assert.Equal("up", Row("server-1", "Interface", "vf0")["admin_state"].Text);
        AssertConserved();
    }

    [Fact]
    public void A_port_may_not_receive_or_forward_or_be_flooded_to()
    {
        StartBoth();
        // Later versions have no word for floods.
        var client = Client(OpenFlowVersion.V10);
        AssertPings("a-1", "10.1.0.2");
        foreach (var bit in (PortConfigurationBits[])[PortConfigurationBits.NoReceive, PortConfigurationBits.NoForward])
        {
            Set(client, First, bit, bit);
            Advance(50);
            Assert.Equal(0, Ping("a-1", "10.1.0.2", 2).Received);
            Set(client, First, PortConfigurationBits.None, bit);
            Advance(50);
            AssertPings("a-1", "10.1.0.2");
        }

        client.Add("table=0,priority=400,in_port=LOCAL,actions=flood");
        client.Add("table=0,priority=401,in_port=LOCAL,udp,actions=all");
        var before = Count(client, First).TxPackets;
        SendFromLocal(client, isUdp: false);
        Assert.Equal(before + 1, Count(client, First).TxPackets);
        Set(client, First, PortConfigurationBits.NoFlood, PortConfigurationBits.NoFlood);
        SendFromLocal(client, isUdp: false);
        Assert.Equal(before + 1, Count(client, First).TxPackets);
        SendFromLocal(client, isUdp: true);
        Assert.Equal(before + 2, Count(client, First).TxPackets);
        AssertConserved();
    }

    [Fact]
    public void Tunnels_stay_up_as_those_of_OVS_do()
    {
        StartBoth();
        var client = Client();
        var tunnel = Assert.Single(Bridge("server-1", "br-int").Ports, port => port.Type == "vxlan");
        SetUp(client, new OfpPort((ushort)tunnel.OfPort), isUp: false);
        Assert.False(Describe(client, new OfpPort((ushort)tunnel.OfPort)).Configuration.HasFlag(PortConfigurationBits.PortDown));
        AssertPings("a-1", "10.1.0.2");
    }

    [Theory]
    [InlineData(OffloadMode.Transparent)]
    [InlineData(OffloadMode.Off)]
    public void Queues_are_listed_and_counted(OffloadMode offload)
    {
        StartBoth(offload);
        AssertPings("a-1", "10.1.0.2");
        var client = Client();
        Assert.Empty(QueuesOf(client));
        var refused = Assert.IsType<ErrorMessage>(Assert.Single(client.Ask(new QueueStatisticsRequest(First, 3))));
        Assert.Equal(OpenFlowError.QofcBadQueue, refused.Error);
        var port = Row("server-1", "Port", "vf0").Id;
        Transact("server-1", $$"""
            {"op":"insert","table":"Queue","uuid-name":"one","row":{"other_config":["map",[["max-rate","80000000"]]]} },
            {"op":"insert","table":"QoS","uuid-name":"q","row":{"type":"linux-htb","queues":["map",[[3,["named-uuid","one"]]]]} },
            {"op":"update","table":"Port","where":[["_uuid","==",["uuid","{{port}}"]]],"row":{"qos":["named-uuid","q"]} }
            """);
        client.Add("table=0,priority=400,cookie=0x5,in_port=LOCAL,actions=set_queue:3,output:1");
        Advance(100);
        AssertPings("a-1", "10.1.0.2", count: 7);
        for (var i = 0; i < 4; i++) SendFromLocal(client, isUdp: true);
        var queues = QueuesOf(client);
        Assert.Equal([0u, 3u], queues.Select(q => q.Queue));
        Assert.Equal((7ul, 4ul), (queues[0].TxPackets, queues[1].TxPackets));
        Assert.Equal((0ul, 4 * 60ul), (queues[1].TxErrors, queues[1].TxBytes));
        Assert.True(queues[0].Duration.Seconds is 0 or 1, queues[0].Duration.ToString());
        var listed = Assert.IsType<QueueConfigurationReply>(Assert.Single(client.Ask(new QueueConfigurationRequest(First, null))));
        Assert.Equal([0u, 3u], listed.Queues.Select(q => q.Queue));
    }

    private static IReadOnlyList<QueueCounters> QueuesOf(RigClient client) =>
        [.. client.Ask(new QueueStatisticsRequest(First, null)).OfType<QueueStatisticsReply>().SelectMany(r => r.Queues)];

    private void SendFromLocal(RigClient client, bool isUdp)
    {
        var frame = new byte[60];
        frame.AsSpan(0, 6).Fill(0xff);
        frame[6] = 2;
        (frame[12], frame[13]) = isUdp ? ((byte)8, (byte)0) : ((byte)0x88, (byte)0xb5);
        if (isUdp) Convert.FromHexString("450000200000000040110000C0000201C00002020001000200000000").CopyTo(frame.AsSpan(14));
        Assert.Empty(client.Ask(new PacketOutMessage
        {
            PipelineFields = new Match().SetInPort(OfpPort.Local), Data = new HexBytes(frame),
            Actions = new OpenFlowActions(new OutputPortAction(OfpPort.Table)),
        }));
        Advance(20);
    }

    private static void SetUp(RigClient client, OfpPort port, bool isUp) =>
        Set(client, port, isUp ? PortConfigurationBits.None : PortConfigurationBits.PortDown, PortConfigurationBits.PortDown);

    private static void Set(RigClient client, OfpPort port, PortConfigurationBits bits, PortConfigurationBits mask)
    {
        var address = Describe(client, port).Address;
        Assert.DoesNotContain(
            client.Ask(new PortModMessage(new PortMod(port, address) { Configuration = bits, Mask = mask })), a => a is ErrorMessage);
    }

    private static PortDescription Describe(RigClient client, OfpPort port) =>
        client.Ask(new PortDescriptionRequest(port)).OfType<PortDescriptionReply>().SelectMany(r => r.Ports).First(p => p.Port == port);

    private static PortStatistics Count(RigClient client, OfpPort port) =>
        Assert.Single(client.Ask(new PortStatisticsRequest(port)).OfType<PortStatisticsReply>().SelectMany(r => r.Ports));

    private RigClient Client(OpenFlowVersion version = OpenFlowVersion.V15) => new(Node, "server-1", "br-int", CreateTestProbe(), version);
}
