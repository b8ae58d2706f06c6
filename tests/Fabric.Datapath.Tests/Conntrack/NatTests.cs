using Fabric.Conversations;
using Fabric.Flow;
using Fabric.Wire;
using static Fabric.Datapath.Tests.TrackerFixture;

namespace Fabric.Datapath.Tests;

/// <summary>Translation by <see cref="ConnectionTracker"/>: properties C1 and C2, and the ports it gives.</summary>
public sealed class NatTests
{
    private readonly TrackerFixture _fixture = new();
    private readonly TestPacket _udp = new() { Proto = IpProtocol.Udp, Payload = new byte[10] };

    private static CtParameters Source(string low, string? high = null, ushort portLow = 0, ushort portHigh = 0) =>
        new(Commit: true, Nat: new CtNat(Source: true, AddressLow: low, AddressHigh: high, PortLow: portLow, PortHigh: portHigh));

    private static CtParameters Destination(string low, string? high = null, ushort portLow = 0, ushort portHigh = 0) =>
        new(Commit: true, Nat: new CtNat(Destination: true, AddressLow: low, AddressHigh: high, PortLow: portLow, PortHigh: portHigh));

    /// <summary>The frame just translated is what this packet would have been.</summary>
    private void AssertIs(TestPacket packet) => Assert.Equal(Convert.ToHexString(packet.Build()), Convert.ToHexString(_fixture.Frame));

    [Fact]
    public void Each_end_sees_the_addresses_it_knows()
    {
        foreach (var v6 in (bool[])[false, true])
        {
            foreach (var proto in (byte[])[IpProtocol.Udp, IpProtocol.Tcp])
            {
                var client = (v6 ? ConnectionTrackerTests.V6(_udp) : _udp) with { Proto = proto, Flags = TcpFlags.Syn };
                var outside = IpAddress.Parse(v6 ? "fd01::1" : "10.1.1.1");
                Assert.Equal(CtState.New | CtState.SourceNat, _fixture.Send(client, Source(outside.ToString())));
                var seen = client with { Source = outside };
                AssertIs(seen);

                var answer = seen.Answer() with { Flags = TcpFlags.Syn | TcpFlags.Ack, Ack = 1000 + 10 + 1 };
                Assert.Equal(CtState.Established | CtState.Reply | CtState.DestinationNat, _fixture.Send(answer, UnNat));
                AssertIs(answer with { Destination = client.Source });
                _fixture.Tracker.Flush();
            }
        }
    }

    [Fact]
    public void A_server_behind_another_address_and_port_answers_as_the_one_asked()
    {
        Assert.Equal(CtState.New | CtState.DestinationNat, _fixture.Send(_udp, Destination("10.9.9.9", null, 8080)));
        var seen = _udp with { Destination = IpAddress.Parse("10.9.9.9"), DestinationPort = 8080 };
        AssertIs(seen);
        Assert.Equal(CtState.Established | CtState.Reply | CtState.SourceNat, _fixture.Send(seen.Answer(), UnNat));
        AssertIs(_udp.Answer());
    }

    [Fact]
    public void An_error_comes_back_about_the_packet_that_was_sent()
    {
        foreach (var v6 in (bool[])[false, true])
        {
            var client = v6 ? ConnectionTrackerTests.V6(_udp) : _udp;
            var outside = IpAddress.Parse(v6 ? "fd01::1" : "10.1.1.1");
            _fixture.Send(client, Source(outside.ToString(), null, 5000));
            var seen = client with { Source = outside, SourcePort = 5000 };
            var type = (byte)(v6 ? 1 : 3);
            Assert.Equal(CtState.Related | CtState.Reply | CtState.DestinationNat, _fixture.Send(seen.Error(type, 3), UnNat));
            AssertIs(client.Error(type, 3));
            _fixture.Tracker.Flush();
        }
    }

    [Fact]
    public void No_two_connections_share_a_translated_tuple_until_the_range_is_used_up()
    {
        var random = Seeds.Random(31);
        for (var round = 0; round < 20; round++)
        {
            var tracker = new ConnectionTracker((uint)random.Next());
            var low = (ushort)random.Next(1, 60_000);
            var count = random.Next(1, 40);
            var addresses = random.Next(1, 4);
            var ct = new CtOperand(Source("10.1.1.1", $"10.1.1.{addresses}", low, (ushort)(low + count - 1)));
            var tuples = new HashSet<string>();
            var refused = 0;
            for (var i = 0; i < addresses * count + 30; i++)
            {
                var frame = (_udp with { SourcePort = (ushort)(1000 + i) }).Build();
                var metadata = default(ConntrackMetadata);
                tracker.Track(frame, ref metadata, ct, 1000);
                if (metadata.TupleProto == 0 || ((CtState)metadata.State & CtState.SourceNat) == 0)
                {
                    refused++;
                    continue;
                }

                Assert.InRange(frame[34] << 8 | frame[35], low, low + count - 1);
                Assert.InRange(frame[29], 1, addresses);
                Assert.True(tuples.Add(Convert.ToHexString(frame[26..36])), $"{Seeds.Note} round {round}: a tuple was given twice");
            }

            // Naive check: what the table says is what went out, each reply tuple once.
            var replies = tracker.Dump(1000).Select(e => e.Reply).ToList();
            Assert.Equal(replies.Count, replies.Distinct().Count());
            Assert.Equal(tuples.Count, replies.Count);
            Assert.Equal(refused, tracker.ExhaustedCount);
            // One address's ports are used up before the other's, since the address is not chosen again.
            Assert.True(addresses > 1 || replies.Count == count, $"{Seeds.Note} round {round}: {replies.Count} of {count}");
        }
    }

    [Fact]
    public void A_source_port_keeps_its_class_when_another_has_it()
    {
        foreach (var (port, low, high) in new[] { (300, 1, 511), (700, 600, 1023), (2000, 1024, 65_535) })
        {
            for (var i = 0; i < 5; i++)
            {
                var client = _udp with { SourcePort = (ushort)port, Source = new Ipv4Address(0x0a000010u + (uint)i) };
                _fixture.Send(client, Source("10.1.1.1"));
                Assert.Equal(i == 0 ? port : port + i, _fixture.Frame[34] << 8 | _fixture.Frame[35]);
                Assert.InRange(_fixture.Frame[34] << 8 | _fixture.Frame[35], low, high);
            }
        }
    }

    [Fact]
    public void An_expired_connection_holds_its_translated_tuple_until_a_sweep()
    {
        _fixture.Send(_udp, Source("10.1.1.1"));
        _fixture.NowMs += 60_000;
        _fixture.Send(_udp, Source("10.1.1.1"));
        Assert.Equal(40_001, _fixture.Frame[34] << 8 | _fixture.Frame[35]);
        // An answer to the first is part of nothing.
        var stray = (_udp with { Source = IpAddress.Parse("10.1.1.1") }).Answer();
        Assert.Equal(CtState.Invalid, _fixture.Send(stray, UnNat));
        Assert.Equal(1, _fixture.Tracker.Sweep(_fixture.NowMs));
        Assert.Equal(CtState.New, _fixture.Send(stray, UnNat));
    }

    [Fact]
    public void A_translation_that_changes_nothing_works_in_both_directions()
    {
        Assert.Equal(CtState.New | CtState.SourceNat, _fixture.Send(_udp, Source("0.0.0.0")));
        AssertIs(_udp);
        Assert.Equal(CtState.Established | CtState.Reply | CtState.DestinationNat, _fixture.Send(_udp.Answer(), UnNat));
        AssertIs(_udp.Answer());
        Assert.Equal(CtState.Established | CtState.SourceNat, _fixture.Send(_udp, UnNat));
    }

    [Fact]
    public void Pings_are_translated_by_address_alone()
    {
        var ping = new TestPacket { Proto = IpProtocol.Icmp };
        _fixture.Send(ping, Source("10.1.1.1"));
        AssertIs(ping with { Source = IpAddress.Parse("10.1.1.1") });
        // The same identifier from another host finds no tuple.
        Assert.Equal(CtState.New, _fixture.Send(ping with { Source = IpAddress.Parse("10.0.0.7") }, Source("10.1.1.1")));
        Assert.Equal(1, _fixture.Tracker.ExhaustedCount);
    }

    [Fact]
    public void Any_bytes_through_any_ct_never_throw_and_the_books_stay_right()
    {
        var random = Seeds.Random(32);
        var tracker = new ConnectionTracker(1);
        CtParameters[] parameters =
        [
            Commit, Look, UnNat, Source("10.1.1.1"), Source("10.1.1.1", "10.1.1.9", 100, 120), Destination("10.0.0.3"),
            Destination("fd00::3"), Destination("10.0.0.3", null, 7, 9),
            new(Force: true), Commit with { Nat = new CtNat() }, Look with { Zone = 2 },
        ];
        CtOperand[] operands = [.. parameters.Select(p => new CtOperand(p))];
        var nowMs = 0L;
        for (var round = 0; round < 30_000; round++)
        {
            var frame = Some(random);
            for (var flips = random.Next(3); flips > 0; flips--) frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(10) == 0) frame = frame[..random.Next(1, frame.Length)];
            var metadata = default(ConntrackMetadata);
            for (var passes = random.Next(1, 4); passes > 0; passes--)
                tracker.Track(frame, ref metadata, operands[random.Next(operands.Length)], nowMs);
            Assert.NotEqual(0, metadata.State & (byte)CtState.Tracked);
            nowMs += random.Next(200);
            if (round % 500 == 0) tracker.Sweep(nowMs, 100);
        }

        var live = tracker.Dump(nowMs).ToList();
        Assert.Equal(live.Count, live.Select(e => (e.Original, e.Zone)).Distinct().Count());
        tracker.Sweep(long.MaxValue / 2);
        Assert.Equal(0, tracker.Count);
    }

    private static byte[] Some(Random random)
    {
        var v6 = random.Next(3) == 0;
        var packet = new TestPacket
        {
            Source = IpAddress.Parse(v6 ? $"fd00::{random.Next(1, 5)}" : $"10.0.0.{random.Next(1, 5)}"),
            Destination = IpAddress.Parse(v6 ? $"fd00::{random.Next(1, 5)}" : $"10.0.0.{random.Next(1, 5)}"),
            Proto = RandomPackets.Pick(random, IpProtocol.Tcp, IpProtocol.Udp, v6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, (byte)99),
            SourcePort = (ushort)random.Next(1, 6), DestinationPort = (ushort)random.Next(1, 6), Flags = (TcpFlags)random.Next(64),
            Sequence = (uint)random.Next(5000), Ack = (uint)random.Next(5000),
            IcmpType = (byte)RandomPackets.Pick(random, 0, 8, 128, 129, 3, 1), Payload = RandomPackets.Bytes(random, random.Next(40)),
        };
        return (random.Next(6) == 0 ? packet.Error((byte)(v6 ? 1 : 3), 1, random.Next(20, 100)) : packet).Build();
    }
}
