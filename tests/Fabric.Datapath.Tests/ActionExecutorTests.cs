using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>Properties X1 to X6 of <see cref="ActionExecutor"/>.</summary>
public sealed class ActionExecutorTests
{
    private readonly FramePool _pool = new(256);
    private readonly DatapathPorts _ports = new();
    private readonly FrameAccount _account = new();
    private readonly CollectingOutput _output;
    private readonly ActionExecutor _executor;
    private FlowKey _key;

    public ActionExecutorTests()
    {
        _output = new CollectingOutput(_account);
        for (uint i = 1; i <= 4; i++) _ports.TryAdd(new DatapathPort(new OdpPort(i), $"vf{i}", DatapathPortKind.Representor));
        _executor = new ActionExecutor(_pool, _ports, new TunnelTables(), _account, 1);
    }

    [Fact]
    public void Any_actions_on_any_packet_give_what_rebuilding_the_packet_gives()
    {
        var random = Seeds.Random(1);
        for (var round = 0; round < 6_000; round++)
        {
            var packet = RandomPackets.Packet(random);
            var actions = RandomActions(random, packet.Labels.Count, packet.EthType, 2);
            var twin = new ActionTwin();
            twin.Run(packet.Clone(), actions);
            _output.Outputs.Clear();
            _output.Upcalls.Clear();

            Execute(packet.Build(), actions);

            var note = $"{Seeds.Note} round {round}: {Describe(actions)} on {Convert.ToHexString(packet.Build())}";
            Assert.True(twin.Outputs.Count == _output.Outputs.Count,
                $"{note}: {twin.Outputs.Count} outputs expected, {_output.Outputs.Count} made");
            for (var i = 0; i < twin.Outputs.Count; i++)
            {
                Assert.True(twin.Outputs[i].Port == _output.Outputs[i].Port, note);
                Assert.True(twin.Outputs[i].Bytes.AsSpan().SequenceEqual(_output.Outputs[i].Bytes),
                    $"{note}: output {i} should be\n{Convert.ToHexString(twin.Outputs[i].Bytes)} but is\n"
                    + Convert.ToHexString(_output.Outputs[i].Bytes));
            }

            Assert.True(twin.Upcalls.Count == _output.Upcalls.Count, note);
            for (var i = 0; i < twin.Upcalls.Count; i++)
                Assert.True(twin.Upcalls[i].AsSpan().SequenceEqual(_output.Upcalls[i].Bytes), note);
            // X1, and no buffer is lost.
            Assert.True(_account.Imbalance(0) == 0, note);
            Assert.True(_pool.Outstanding == 0, note);
        }
    }

    [Fact]
    public void The_key_of_an_upcall_describes_the_changed_packet()
    {
        var random = Seeds.Random(2);
        for (var round = 0; round < 1_000; round++)
        {
            var packet = RandomPackets.Packet(random);
            var set = RandomPackets.Set(random, SetGroup.Ethernet);
            _output.Upcalls.Clear();

            Execute(packet.Build(),
                new DatapathActions(set, new PushVlanAction(0x8100, 0x1005), new UserspaceAction(0, UserspaceReason.Action, 7)));

            var (bytes, key, reason, cookie) = Assert.Single(_output.Upcalls);
            var frame = RandomPackets.ToFrame(_pool, bytes);
            var expected = default(FlowKey);
            FlowExtractor.Extract(frame, ref expected);
            _pool.Return(frame);
            Assert.True(expected.Equals(key), $"{Seeds.Note} round {round}");
            Assert.Equal((UserspaceReason.Action, 7UL), (reason, cookie));
        }
    }

    [Fact]
    public void A_checksum_that_was_wrong_stays_wrong()
    {
        var random = Seeds.Random(3);
        for (var round = 0; round < 500; round++)
        {
            var packet = RandomPackets.Packet(random);
            packet.EthType = EtherType.Ipv4;
            packet.Proto = RandomPackets.Pick(random, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp);
            (packet.IsLaterFragment, packet.HasZeroChecksum) = (false, false);
            packet.Vlans.Clear();
            packet.Labels.Clear();
            packet.Padding = [];
            var bytes = packet.Build();
            // A damaged payload byte makes the transport checksum wrong by the same amount before and after.
            bytes[^1] ^= 0x10;
            var group = packet.Proto switch { IpProtocol.Tcp => SetGroup.Tcp, IpProtocol.Udp => SetGroup.Udp, _ => SetGroup.Sctp };
            var actions = new DatapathActions(RandomPackets.Set(random, SetGroup.Ipv4), RandomPackets.Set(random, group), Out(1));
            var twin = new ActionTwin();
            twin.Run(packet.Clone(), actions);
            _output.Outputs.Clear();

            Execute(bytes, actions);

            var expected = twin.Outputs[0].Bytes.ToArray();
            expected[^1] ^= 0x10;
            // Also for SCTP: CRCs are linear, so the carried-over difference is the damage.
            Assert.True(expected.AsSpan().SequenceEqual(_output.Outputs[0].Bytes), $"{Seeds.Note} round {round}");
        }
    }

    [Fact]
    public void Unsupported_actions_drop_the_frame_after_the_outputs_before_them()
    {
        Execute(Plain(), new DatapathActions(Out(1), new MeterAction(1), Out(2)));
        Execute(Plain(), new DatapathActions(new CtAction(new CtParameters()), Out(2)));

        Assert.Equal([1u], _output.Outputs.Select(o => o.Port));
        Assert.Equal(Enumerable.Repeat(DropReason.UnsupportedAction, 2), _output.Drops);
        Assert.Equal(0, _account.Imbalance(0));
    }

    [Fact]
    public void Recirculation_ends_at_the_depth_limit()
    {
        var actions = ActionProgram.Compile(new DatapathActions(new RecircAction(5)));
        var depths = new List<int>();
        _output.OnRecirculate = (frame, depth) =>
        {
            Assert.Equal(5u, frame.Metadata.RecircId);
            depths.Add(depth);
            _executor.Execute(frame, ref _key, actions, _output, 0, depth);
        };

        Execute(Plain(), actions.Source);

        Assert.Equal(Enumerable.Range(1, ActionExecutor.MaxDepth), depths);
        Assert.Equal([DropReason.RecursionLimit], _output.Drops);
    }

    [Fact]
    public void A_copy_that_finds_no_buffer_is_counted_as_made_and_dropped()
    {
        var pool = new FramePool(1);
        var executor = new ActionExecutor(pool, _ports, new TunnelTables(), _account, 1);
        _account.In++;

        executor.Execute(RandomPackets.ToFrame(pool, Plain()), ref _key, ActionProgram.Compile(new DatapathActions(Out(1), Out(2))),
            _output);

        Assert.Equal([2u], _output.Outputs.Select(o => o.Port));
        Assert.Equal(1, _account.Created);
        Assert.Equal(1, _account.Drops[DropReason.NoBuffer]);
        Assert.Equal(0, _account.Imbalance(0));
    }

    [Fact]
    public void Outputs_to_missing_and_downed_ports_are_counted_by_reason()
    {
        Assert.True(_ports.TryGet(new OdpPort(2), out var port));
        port.IsUp = false;
        Execute(Plain(), new DatapathActions(Out(99)));
        Execute(Plain(), new DatapathActions(Out(2)));
        Execute(Plain(), new DatapathActions(new PopVlanAction(), Out(2)));

        Assert.Equal([DropReason.NoSuchPort, DropReason.PortDown, DropReason.PortDown], _output.Drops);
        Assert.Equal(2, port.TxDropped);
        Assert.Equal(0, port.TxPackets);
    }

    [Fact]
    public void An_empty_list_drop_and_dead_actions_drop_by_policy()
    {
        Execute(Plain(), DatapathActions.Drop);
        Execute(Plain(), new DatapathActions(new DropAction(), Out(1)));
        Execute(Plain(), new DatapathActions(new PopVlanAction(), new TruncAction(20)));

        Assert.Empty(_output.Outputs);
        Assert.Equal(Enumerable.Repeat(DropReason.Policy, 3), _output.Drops);
    }

    [Fact]
    public void Sample_follows_its_probability_and_repeats_with_the_seed()
    {
        var sample = new SampleAction(uint.MaxValue / 4, new DatapathActions(Out(1)));
        var program = new DatapathActions(sample, Out(2));
        for (var i = 0; i < 4_000; i++) Execute(Plain(), program);
        var first = _output.Outputs.Select(o => o.Port).ToArray();

        Assert.InRange(first.Count(port => port == 1), 850, 1_150);
        Assert.Equal(4_000, first.Count(port => port == 2));
        var again = new CollectingOutput(_account);
        var twin = new ActionExecutor(_pool, _ports, new TunnelTables(), _account, 1);
        for (var i = 0; i < 4_000; i++)
            twin.Execute(RandomPackets.ToFrame(_pool, Plain()), ref _key, ActionProgram.Compile(program), again);
        Assert.Equal(first, again.Outputs.Select(o => o.Port));
    }

    [Fact]
    public void Hash_is_equal_for_a_connection_and_its_symmetric_form_for_both_directions()
    {
        var random = Seeds.Random(4);
        for (var round = 0; round < 200; round++)
        {
            var forth = RandomPackets.Packet(random);
            forth.IsLaterFragment = false;
            var back = forth.Clone();
            (back.EthSource, back.EthDestination) = (forth.EthDestination, forth.EthSource);
            (back.Source, back.Destination) = (forth.Destination, forth.Source);
            (back.SourceV6, back.DestinationV6) = (forth.DestinationV6, forth.SourceV6);
            (back.SourcePort, back.DestinationPort) = (forth.DestinationPort, forth.SourcePort);
            var next = forth.Clone();
            next.Payload = [.. forth.Payload, 1, 2, 3, 4];
            next.Ttl++;

            Assert.Equal(HashOf(forth, 0), HashOf(next, 0));
            Assert.NotEqual(0u, HashOf(forth, 0));
            if (forth.Proto != IpProtocol.Icmpv6 || forth.EthType != EtherType.Ipv6) Assert.Equal(HashOf(forth, 1), HashOf(back, 1));
        }
    }

    [Fact]
    public void Ethernet_header_popped_and_pushed_again_carries_the_same_packet()
    {
        var packet = RandomPackets.Packet(Seeds.Random(5));
        packet.Vlans.Clear();
        var destination = new MacAddress(0x0200_0000_0001);
        var source = new MacAddress(0x0200_0000_0002);

        Execute(packet.Build(), new DatapathActions(new PopEthAction(), new PushEthAction(destination, source), Out(1)));
        Execute(packet.Build(), new DatapathActions(new PopEthAction(), Out(1)));

        (packet.EthDestination, packet.EthSource) = (destination.Value, source.Value);
        Assert.Equal(packet.Build(), Assert.Single(_output.Outputs).Bytes);
        Assert.Equal([DropReason.UnsupportedAction], _output.Drops);
    }

    [Fact]
    public void Support_names_the_first_action_a_tier_cannot_execute()
    {
        var plain = ActionSupport.Of(
            new DatapathActions(new PopVlanAction(), RandomPackets.Set(Seeds.Random(6), SetGroup.Ipv4), Out(1), Out(2)));
        Assert.True(plain is { OnNic: true, OnKernel: true });
        var host = ActionSupport.Of(
            new DatapathActions(new CloneAction(new DatapathActions(new UserspaceAction(0, UserspaceReason.Action)))));
        Assert.True(host is { OnNic: false, OnKernel: true });
        Assert.Contains("userspace", host.NicReason, StringComparison.Ordinal);
        foreach (var (action, word) in new (DatapathAction, string)[]
        {
            (new MeterAction(3), "meters"), (new CtAction(new CtParameters()), "tracked"), (new CtClearAction(), "tracked"),
        })
        {
            var kept = ActionSupport.Of(new DatapathActions(action, Out(1)));
            Assert.True(kept is { OnNic: false, OnKernel: true });
            Assert.Contains(word, kept.NicReason, StringComparison.Ordinal);
        }

        var deep = new DatapathActions(Out(1));
        for (var i = 0; i <= ActionProgram.MaxNesting; i++) deep = new DatapathActions(new CloneAction(deep));
        Assert.True(ActionSupport.Of(deep) is { OnNic: false, OnKernel: false });
    }

    private uint HashOf(PacketModel packet, uint algorithm)
    {
        uint hash = 0;
        _output.OnRecirculate = (frame, _) =>
        {
            hash = frame.Metadata.DpHash;
            _output.Drop(frame, DropReason.Policy);
        };
        Execute(packet.Build(), new DatapathActions(new HashAction(algorithm, 3), new RecircAction(1)));
        return hash;
    }

    private void Execute(byte[] packet, DatapathActions actions)
    {
        var frame = RandomPackets.ToFrame(_pool, packet);
        FlowExtractor.Extract(frame, ref _key);
        _account.In++;
        _executor.Execute(frame, ref _key, ActionProgram.Compile(actions), _output);
    }

    private static byte[] Plain() => RandomPackets.Packet(new Random(7)).Build();

    private static OutputAction Out(uint port) => new(new OdpPort(port));

    private static string Describe(DatapathActions actions) => string.Join(", ", actions.Select(action => action switch
    {
        SetAction set => $"set({set.Group})",
        CloneAction clone => $"clone({Describe(clone.Actions)})",
        SampleAction sample => $"sample({Describe(sample.Actions)})",
        _ => action.GetType().Name,
    }));

    private static DatapathActions RandomActions(Random random, int labels, ushort ethType, int nesting)
    {
        var actions = new List<DatapathAction>();
        for (var n = random.Next(1, 8); n > 0; n--)
        {
            switch (random.Next(nesting > 0 ? 16 : 13))
            {
                case < 6:
                    actions.Add(RandomPackets.Set(random, RandomPackets.Pick(random, Enum.GetValues<SetGroup>())));
                    break;
                case 6:
                    actions.Add(new PushVlanAction(EtherType.Vlan, (ushort)(RandomPackets.Bits(random, 16) | 0x1000)));
                    break;
                case 7:
                    actions.Add(new PopVlanAction());
                    break;
                case 8:
                    actions.Add(new PushMplsAction((uint)RandomPackets.Bits(random, 32), EtherType.Mpls));
                    labels++;
                    break;
                case 9:
                    actions.Add(new PopMplsAction(labels > 1 ? EtherType.Mpls : ethType));
                    labels = Math.Max(0, labels - 1);
                    break;
                case 10:
                    actions.Add(new TruncAction((uint)random.Next(14, 80)));
                    break;
                case 11:
                    actions.Add(new UserspaceAction(0, UserspaceReason.Action));
                    break;
                case 12:
                    actions.Add(Out((uint)random.Next(1, 5)));
                    break;
                case 13:
                    actions.Add(new CloneAction(RandomActions(random, labels, ethType, nesting - 1)));
                    break;
                case 14:
                    actions.Add(new SampleAction(random.Next(2) == 0 ? 0 : uint.MaxValue,
                        RandomActions(random, labels, ethType, nesting - 1)));
                    break;
                default:
                    actions.Add(new CheckPacketLengthAction((ushort)random.Next(40, 100),
                        RandomActions(random, labels, ethType, nesting - 1), RandomActions(random, labels, ethType, nesting - 1)));
                    break;
            }
        }

        if (random.Next(4) > 0) actions.Add(Out((uint)random.Next(1, 5)));
        return new DatapathActions([.. actions]);
    }
}
