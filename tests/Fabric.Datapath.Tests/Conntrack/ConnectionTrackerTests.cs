using Fabric.Conversations;
using Fabric.Flow;
using Fabric.Wire;
using static Fabric.Datapath.Tests.TrackerFixture;

namespace Fabric.Datapath.Tests;

/// <summary>Properties C1 to C6 of <see cref="ConnectionTracker"/>, apart from TCP's states and from translation.</summary>
public sealed class ConnectionTrackerTests
{
    private const CtState Est = CtState.Established, EstReply = CtState.Established | CtState.Reply;

    private readonly TrackerFixture _fixture = new();
    private readonly TestPacket _udp = new() { Proto = IpProtocol.Udp, Payload = new byte[10] };
    private readonly TestPacket _ping = new() { Proto = IpProtocol.Icmp };

    [Fact]
    public void Without_commit_nothing_is_kept()
    {
        Assert.Equal(CtState.New, _fixture.Send(_udp, Look));
        Assert.Equal(CtState.New, _fixture.Send(_udp, Look));
        Assert.Equal(0, _fixture.Tracker.Count);
    }

    [Fact]
    public void Other_protocols_are_established_when_both_ends_have_spoken()
    {
        Assert.Equal(CtState.New, _fixture.Send(_udp, Commit));
        Assert.Equal(60, _fixture.Only().TimeoutS);
        Assert.Equal(CtState.New, _fixture.Send(_udp, Look));
        Assert.Equal(EstReply, _fixture.Send(_udp.Answer(), Look));
        Assert.Equal(30, _fixture.Only().TimeoutS);
        Assert.Equal(Est, _fixture.Send(_udp, Look));

        var other = new TestPacket { Proto = 99, Payload = new byte[4] };
        Assert.Equal(CtState.New, _fixture.Send(other, Commit));
        Assert.Equal(EstReply, _fixture.Send(other.Answer(), Look));
    }

    [Fact]
    public void Zones_know_nothing_of_each_other()
    {
        _fixture.Send(_udp, Commit with { Zone = 5 });
        Assert.Equal(CtState.New, _fixture.Send(_udp.Answer(), Look with { Zone = 6 }));
        Assert.Equal(EstReply, _fixture.Send(_udp.Answer(), Look with { Zone = 5 }));
        // The same frame enters another zone as if nothing had been.
        Assert.Equal(CtState.New, _fixture.Again(Look with { Zone = 6 }));
    }

    [Fact]
    public void A_second_ct_in_a_zone_takes_over_what_the_first_found()
    {
        _fixture.Send(_udp, Commit);
        // Found by ct(): one packet, so the state moves once, not twice.
        _fixture.Send(_udp.Answer(), Look);
        Assert.Equal(EstReply, _fixture.Again(Commit with { Mark = 9 }));
        Assert.Equal((9u, 9u), (_fixture.Metadata.Mark, _fixture.Only().Mark));
    }

    [Fact]
    public void Pings_are_told_apart_by_identifier_and_only_questions_begin()
    {
        var answer = _ping.Answer() with { IcmpType = 0 };
        Assert.Equal(CtState.Invalid, _fixture.Send(answer, Commit));
        Assert.Equal(CtState.New, _fixture.Send(_ping, Commit));
        Assert.Equal(CtState.Invalid, _fixture.Send(answer with { IcmpRest = 0x4321_0001 }, Look));
        Assert.Equal(EstReply, _fixture.Send(answer, Look));
        Assert.Equal(Est, _fixture.Send(_ping with { IcmpRest = 0x1234_0002 }, Look));
        Assert.Equal(CtState.Invalid, _fixture.Send(_ping with { IcmpCode = 1 }, Commit));
        Assert.Equal(CtState.Invalid, _fixture.Send(_ping with { IcmpType = 9 }, Commit));

        var six = V6(_ping) with { Proto = IpProtocol.Icmpv6, IcmpType = 128 };
        Assert.Equal(CtState.New, _fixture.Send(six, Commit));
        Assert.Equal(EstReply, _fixture.Send(six.Answer() with { IcmpType = 129 }, Look));
    }

    [Fact]
    public void An_error_about_a_known_packet_is_related_and_any_other_is_invalid()
    {
        foreach (var packet in new[] { _udp, V6(_udp), new TestPacket(), V6(new TestPacket()) })
        {
            var type = (byte)(packet.Source.IsIpv4 ? 3 : 1);
            Assert.Equal(CtState.Invalid, _fixture.Send(packet.Error(type, 1), Commit));
            Assert.Equal(CtState.New, _fixture.Send(packet, Commit));
            Assert.Equal(CtState.Related | CtState.Reply, _fixture.Send(packet.Error(type, 1), Look));
            // About the answer: it goes the way the connection went.
            Assert.Equal(CtState.Related, _fixture.Send(packet.Answer().Error(type, 1), Look));
            var elsewhere = packet.Error(type, 1) with { Destination = packet.Destination };
            Assert.Equal(CtState.Invalid, _fixture.Send(elsewhere, Look));
        }

        // 8 bytes of layer 4 will do for IPv4.
        Assert.Equal(CtState.Related | CtState.Reply, _fixture.Send(new TestPacket().Error(11, 0, quotedSize: 28), Look));
        Assert.Equal(CtState.Invalid, _fixture.Send(new TestPacket().Error(11, 0, quotedSize: 27), Look));
    }

    [Fact]
    public void Damaged_packets_are_invalid_and_change_nothing()
    {
        var opening = new TestPacket { Flags = TcpFlags.Syn };
        TestPacket[] packets = [_udp, opening, _ping, V6(_udp), V6(opening)];
        foreach (var packet in packets)
        {
            Assert.Equal(CtState.Invalid, _fixture.Send(packet with { Damage = 1 }, Commit));
            var frame = packet.Build();
            Assert.Equal(CtState.Invalid, _fixture.Send(frame[..(frame.Length - 20)], Commit));
            Assert.Equal(0, _fixture.Metadata.TupleProto);
        }

        Assert.Equal(CtState.Invalid, _fixture.Send(_udp with { SourcePort = 0 }, Commit));
        Assert.Equal(0, _fixture.Tracker.Count);
        // No checksum is no wrong one, in IPv4.
        Assert.Equal(CtState.New, _fixture.Send(_udp with { WithoutUdpChecksum = true }, Commit));
        Assert.Equal(CtState.Invalid, _fixture.Send(V6(_udp) with { WithoutUdpChecksum = true }, Commit));
    }

    [Fact]
    public void Marks_and_labels_change_by_their_masks_and_come_back_with_every_packet()
    {
        _fixture.Send(_udp, Commit with { Mark = 0x0f, MarkMask = 0x0f, Label = 0x5, LabelMask = 0xff });
        _fixture.Send(_udp, Look with { Mark = 0xa0, MarkMask = 0xf0 });
        _fixture.Send(_udp.Answer(), Look);
        Assert.Equal((0xafu, (UInt128)5), (_fixture.Metadata.Mark, _fixture.Metadata.Label));
        Assert.Equal((UInt128)Address("10.0.0.1"), _fixture.Metadata.Source);
        var metadata = _fixture.Metadata;
        Assert.Equal((40_000, 80, IpProtocol.Udp), (metadata.SourcePort, metadata.DestinationPort, metadata.TupleProto));
    }

    [Fact]
    public void Force_begins_the_connection_anew_from_the_other_end()
    {
        _fixture.Send(_udp, Commit);
        Assert.Equal(CtState.New, _fixture.Send(_udp.Answer(), new CtParameters(Force: true)));
        Assert.Equal(80, _fixture.Only().Original.SourcePort);
    }

    [Fact]
    public void Limits_of_zones_and_of_all_refuse_and_are_counted()
    {
        _fixture.Tracker.SetLimit(4, 2);
        _fixture.Tracker.SetLimit(ConnectionTracker.DefaultZone, 1);
        for (ushort port = 1; port <= 3; port++)
        {
            Assert.Equal(CtState.New, _fixture.Send(_udp with { SourcePort = port }, Commit with { Zone = 4 }));
            _fixture.Send(_udp with { SourcePort = port }, Commit with { Zone = 7 });
        }

        Assert.Equal([(-1, 1u, 1u), (4, 2u, 2u)], _fixture.Tracker.Limits);
        Assert.Equal((3, 3L), (_fixture.Tracker.Count, _fixture.Tracker.RefusedCount));
        Assert.Equal(2, _fixture.Tracker.Flush(4));
        Assert.Equal([(-1, 1u, 1u), (4, 2u, 0u)], _fixture.Tracker.Limits);

        Assert.True(_fixture.Tracker.DeleteLimit(-1));
        _fixture.Tracker.MaxConnections = 2;
        for (ushort port = 1; port <= 3; port++) _fixture.Send(_udp with { SourcePort = port }, Commit with { Zone = 8 });
        Assert.Equal((2, 5L), (_fixture.Tracker.Count, _fixture.Tracker.RefusedCount));
    }

    [Fact]
    public void Flushing_takes_one_tuple_one_zone_or_all()
    {
        for (ushort zone = 1; zone <= 3; zone++) _fixture.Send(_udp, Commit with { Zone = zone });
        var tuple = _fixture.Tracker.Dump(_fixture.NowMs).First().Original;
        Assert.False(_fixture.Tracker.FlushTuple(tuple, 4, _fixture.NowMs));
        Assert.True(_fixture.Tracker.FlushTuple(tuple, 3, _fixture.NowMs));
        Assert.Equal([1, 2], _fixture.Tracker.Dump(_fixture.NowMs).Select(e => (int)e.Zone).Order());
        Assert.Equal(1, _fixture.Tracker.Flush(1));
        Assert.Equal(1, _fixture.Tracker.Flush());
        Assert.Equal(CtState.New, _fixture.Send(_udp.Answer(), Look));
    }

    [Fact]
    public void A_filter_takes_what_agrees_and_nothing_else()
    {
        var random = Seeds.Random(41);
        for (var round = 0; round < 300; round++)
        {
            _fixture.Tracker.Flush();
            for (var i = 0; i < 12; i++)
            {
                var packet = (random.Next(2) == 0 ? _udp : _ping) with
                {
                    SourcePort = (ushort)random.Next(1, 4), IcmpRest = (uint)random.Next(3) << 16,
                };
                _fixture.Send(packet, Commit with { Zone = (ushort)random.Next(2) });
            }

            var before = _fixture.Tracker.Dump(_fixture.NowMs).ToList();
            var any = before[random.Next(before.Count)];
            var filter = new ConnectionFilter(
                random.Next(2) == 0 ? any.Zone : null, random.Next(2) == 0 ? any.Original.Proto : (byte)0, Part(any.Original),
                random.Next(3) == 0 ? Part(any.Reply) : ConnectionFilterTuple.Any) { IpVersion = 4 };
            _fixture.Tracker.Flush(filter, _fixture.NowMs);
            var left = _fixture.Tracker.Dump(_fixture.NowMs).ToHashSet();
            foreach (var entry in before)
            {
                // What names one connection names it whole: a protocol left out is protocol 0, and a zone left out is zone 0.
                var isOne = filter.Only is not null;
                var agrees = ((filter.Zone is null && !isOne) || (filter.Zone ?? 0) == entry.Zone)
                    && ((filter.Protocol == 0 && !isOne) || filter.Protocol == entry.Original.Proto)
                    && Agrees(filter.Original, entry.Original, filter.Protocol)
                    && (isOne || Agrees(filter.Reply, entry.Reply, filter.Protocol));
                Assert.True(agrees != left.Contains(entry), $"{Seeds.Note}: {filter}: {entry}");
            }
        }

        ConnectionFilterTuple Part(CtTuple tuple) => new()
        {
            Source = random.Next(2) == 0 ? tuple.Source.V6 : null, Destination = random.Next(2) == 0 ? tuple.Destination.V6 : null,
            SourcePort = random.Next(2) == 0 ? tuple.SourcePort : null,
            DestinationPort = random.Next(2) == 0 ? tuple.DestinationPort : null,
            IcmpType = random.Next(4) == 0 ? null : tuple.IcmpType, IcmpCode = tuple.IcmpCode,
        };

        // What is 0 is any, but for ICMP, where identifier, type and code count whenever the protocol is told.
        static bool Agrees(ConnectionFilterTuple part, CtTuple tuple, byte protocol)
        {
            if (part.Source is { } source && tuple.Source != source) return false;
            if (part.Destination is { } destination && tuple.Destination != destination) return false;
            if (protocol is IpProtocol.Icmp)
                return (part.SourcePort ?? 0, part.IcmpType ?? 0, part.IcmpCode ?? 0) == (tuple.SourcePort, tuple.IcmpType, tuple.IcmpCode);
            return (part.SourcePort is null or 0 || part.SourcePort == tuple.SourcePort)
                && (part.DestinationPort is null or 0 || part.DestinationPort == tuple.DestinationPort);
        }
    }

    [Fact]
    public void A_dump_reads_as_OVS_prints_it()
    {
        _fixture.Open(new TestPacket());
        Assert.Equal(
            "tcp,orig=(src=10.0.0.1,dst=10.0.0.2,sport=40000,dport=80),reply=(src=10.0.0.2,dst=10.0.0.1,sport=80,dport=40000)"
            + ",protoinfo=(state=ESTABLISHED)", _fixture.Only().ToString());
        _fixture.Tracker.Flush();
        _fixture.Send(_ping, Commit with { Zone = 3, Mark = 7, Label = 0xab, LabelMask = UInt128.MaxValue });
        Assert.Equal(
            "icmp,orig=(src=10.0.0.1,dst=10.0.0.2,id=4660,type=8,code=0),reply=(src=10.0.0.2,dst=10.0.0.1,id=4660,type=0,code=0)"
            + ",zone=3,timeout=60,mark=7,labels=0xab", _fixture.Only().ToString(isVerbose: false, withStatistics: true));
    }

    [Fact]
    public void A_packet_of_an_established_connection_allocates_nothing()
    {
        var client = new TestPacket();
        _fixture.Open(client);
        var frame = (client with { Sequence = 1001, Ack = 5001 }).Build();
        var operand = new CtOperand(Look);
        var metadata = default(ConntrackMetadata);
        for (var i = 0; i < 100; i++)
        {
            metadata.Clear();
            _fixture.Tracker.Track(frame, ref metadata, operand, _fixture.NowMs);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            metadata.Clear();
            _fixture.Tracker.Track(frame, ref metadata, operand, _fixture.NowMs);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(CtState.Established | CtState.Tracked, (CtState)metadata.State);
    }

    internal static TestPacket V6(TestPacket packet) => packet with
    {
        Source = IpAddress.Parse("fd00::1"), Destination = IpAddress.Parse("fd00::2"),
    };

    private static uint Address(string text) => Ipv4Address.TryParse(text, out var address) ? address.Value : 0;
}
