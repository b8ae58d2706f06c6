using System.Net;
using Fabric.Wire;
using static Fabric.Underlay.Tests.OuterPackets;

namespace Fabric.Underlay.Tests;

public class DirectUnderlayTests
{
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("FABRIC_SEED") ?? "4711");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ten_thousand_random_packets_arrive_as_sent_U2(bool offloads)
    {
        var random = new Random(Seed);
        var options = new UnderlayOptions { UsesSegmentation = offloads, UsesCoalescing = offloads };
        using var left = new Rig(options);
        using var right = new Rig(options);
        left.Underlay.Open(1, Address(1));
        left.Underlay.Open(2, Address(2));
        right.Underlay.Open(7, Address(3));
        right.Underlay.Open(8, Address(4));
        var expected = new List<(uint Vtep, byte[] Packet)>();
        var sent = 0;
        while (sent < 10_000)
        {
            var (fromRig, toRig) = random.Next(2) == 0 ? (left, right) : (right, left);
            var from = random.Next(2);
            var (vtep, source) = fromRig == left ? ((uint)(1 + from), Address(1 + from)) : ((uint)(7 + from), Address(3 + from));
            var batch = fromRig.Pool.RentBatch();
            var size = random.Next(0, 1600);
            for (var n = random.Next(1, 65); n > 0; n--)
            {
                var to = random.Next(2);
                var (toVtep, destination) = fromRig == left ? ((uint)(7 + to), Address(3 + to)) : ((uint)(1 + to), Address(1 + to));
                var payload = new byte[random.Next(3) == 0 ? random.Next(0, 1600) : size];
                random.NextBytes(payload);
                var (sourcePort, port) = ((ushort)(49152 + random.Next(16)), random.Next(4) == 0 ? (ushort)6081 : Vxlan);
                var (ttl, tos) = ((byte)(random.Next(3) == 0 ? 33 : 64), (byte)(random.Next(5) == 0 ? 0xb8 : 0));
                var frame = Make(
                    fromRig.Pool, source, destination, payload, sourcePort, port, ttl, tos, random.Next(2) == 0, random.Next(2) == 0);
                batch.Add(frame);
                expected.Add((toVtep, AsRebuilt(frame.Bytes)));
            }

            sent += batch.Count;
            fromRig.Underlay.Send(vtep, batch);
            Assert.True(AwaitBoth(left, right, sent), $"FABRIC_SEED={Seed}: {sent} sent");
        }

        foreach (var (rig, vteps) in new[] { (left, new uint[] { 1, 2 }), (right, [7, 8]) })
        {
            var got = rig.Received.Select(r => (r.Vtep, Text: Convert.ToHexString(r.Packet))).Order().ToList();
            var mine = expected.Where(e => vteps.Contains(e.Vtep));
            var wanted = mine.Select(e => (e.Vtep, Text: Convert.ToHexString(e.Packet))).Order().ToList();
            Assert.True(wanted.SequenceEqual(got), $"FABRIC_SEED={Seed}: a packet differs from what was sent");
        }

        Assert.Equal(sent, left.Count + right.Count);
        foreach (var counters in new[] { left.Underlay.Counters, right.Underlay.Counters })
        {
            Assert.Equal(0, counters.Sent.Imbalance(0));
            Assert.Equal(0, counters.Received.Imbalance(0));
            Assert.Equal(0, counters.Sent.Drops.Total);
            Assert.Equal(offloads, counters.SegmentedDatagrams > 0);
            Assert.Equal(offloads, counters.CoalescedDatagrams > 0);
        }

        Assert.Equal(0, left.Pool.Outstanding + right.Pool.Outstanding);
    }

    [Fact]
    public void A_full_batch_of_equal_packets_leaves_in_one_call_and_arrives_in_order_U4()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(5));
        rig.Underlay.Open(2, Address(6));
        var batch = rig.Pool.RentBatch();
        for (var i = 0; i < 64; i++) batch.Add(Make(rig.Pool, Address(5), Address(6), [(byte)i, 1, 2, 3, .. new byte[96]]));
        rig.Underlay.Send(1, batch);
        Assert.True(rig.Await(64));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (byte)i), rig.Received.Select(r => r.Packet[28]));
        var counters = rig.Underlay.Counters;
        Assert.Equal((1L, 64L, 64L), (counters.SendCalls, counters.SegmentedDatagrams, counters.CoalescedDatagrams));
    }

    [Fact]
    public void A_shorter_packet_ends_a_group_and_a_longer_one_starts_the_next_in_order()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(7));
        rig.Underlay.Open(2, Address(8));
        int[] sizes = [100, 100, 100, 100, 60, 100, 100, 100, 100, 1500, 1500, 1500, 1500, 1499, 0, 1, 2];
        var batch = rig.Pool.RentBatch();
        foreach (var size in sizes) batch.Add(Make(rig.Pool, Address(7), Address(8), new byte[size], checksum: true));
        rig.Underlay.Send(1, batch);
        Assert.True(rig.Await(sizes.Length));
        Assert.Equal(sizes, rig.Received.Select(r => r.Packet.Length - 28));
    }

    [Fact]
    public void Packets_of_one_source_port_keep_their_order_whatever_their_sizes_and_options_U4()
    {
        var random = new Random(Seed);
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(18));
        rig.Underlay.Open(2, Address(19));
        var sent = 0;
        for (var round = 0; round < 50; round++)
        {
            var batch = rig.Pool.RentBatch();
            while (!batch.IsFull)
            {
                // Runs of equal size make groups; sizes, DF and checksum choice break them.
                var (size, dontFragment, checksum) = (2 + random.Next(3), random.Next(3) == 0, random.Next(3) == 0);
                for (var run = random.Next(1, 7); run > 0 && !batch.IsFull; run--)
                {
                    var payload = new byte[size];
                    System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)sent++);
                    batch.Add(Make(rig.Pool, Address(18), Address(19), payload, 49153, dontFragment: dontFragment, checksum: checksum));
                }
            }

            rig.Underlay.Send(1, batch);
        }

        Assert.True(rig.Await(sent));
        var order = rig.Received.Select(r => r.Packet[28] * 256 + r.Packet[29]);
        Assert.True(order.SequenceEqual(Enumerable.Range(0, sent)), $"FABRIC_SEED={Seed}: order lost");
        Assert.True(rig.Underlay.Counters.SegmentedDatagrams > 0);
    }

    [Fact]
    public void Source_ports_are_kept_and_their_sockets_open_when_first_used_U3()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(9));
        rig.Underlay.Open(2, Address(10));
        Assert.Equal(4, rig.Underlay.Counters.SocketsOpen);
        for (var round = 0; round < 2; round++)
        {
            for (var port = 49152; port < 49155; port++)
            {
                rig.Underlay.Send(1, Batch(rig.Pool, Make(rig.Pool, Address(9), Address(10), [1], (ushort)port)));
            }
        }

        Assert.True(rig.Await(6));
        Assert.Equal(7, rig.Underlay.Counters.SocketsOpen);
        Assert.Equal(5, rig.Underlay.SocketsByVtep[1]);
        Assert.Equal([49152, 49153, 49154, 49152, 49153, 49154], rig.Received.Select(r => r.Packet[20] * 256 + r.Packet[21]));

        // A port outside the range folds into it, and always to the same one.
        for (var i = 0; i < 2; i++) rig.Underlay.Send(1, Batch(rig.Pool, Make(rig.Pool, Address(9), Address(10), [1], 1234)));
        Assert.True(rig.Await(8));
        var folded = rig.Received.TakeLast(2).Select(r => r.Packet[20] * 256 + r.Packet[21]).Distinct();
        Assert.InRange(Assert.Single(folded), 49152, 49167);
        rig.Underlay.Close(1);
        Assert.Equal(2, rig.Underlay.Counters.SocketsOpen);
    }

    [Fact]
    public void An_address_in_use_is_refused_with_one_line_that_names_address_and_port()
    {
        using var first = new Rig();
        using var second = new Rig();
        first.Underlay.Open(1, Address(11));
        var error = Assert.Throws<UnderlayAddressException>(() => second.Underlay.Open(1, Address(11)));
        Assert.Contains($"{Address(11)} UDP port 4789", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        var absent = Assert.Throws<UnderlayAddressException>(() => second.Underlay.Open(1, IPAddress.Parse("192.0.2.77")));
        Assert.Contains("on no interface", absent.Message);
        Assert.Throws<UnderlayAddressException>(() => first.Underlay.Open(1, Address(12)));
        first.Underlay.Close(1);
        second.Underlay.Open(1, Address(11));
    }

    [Fact]
    public void What_a_socket_cannot_send_is_dropped_by_its_reason_U1()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(13));
        var foreign = Make(rig.Pool, Address(14), Address(15), [1]);
        var gre = Make(rig.Pool, Address(13), Address(15), [1]);
        gre.Bytes[9] = 47;
        var cut = Make(rig.Pool, Address(13), Address(15), [1, 2, 3]);
        cut.Truncate(29);
        var fragment = Make(rig.Pool, Address(13), Address(15), [1]);
        fragment.Bytes[6] = 0x20;
        var otherFamily = Make(rig.Pool, IPAddress.Parse("::1"), IPAddress.Parse("::1"), [1]);
        rig.Underlay.Send(1, Batch(rig.Pool, foreign, gre, cut, fragment, otherFamily));
        rig.Underlay.Send(9, Batch(rig.Pool, Make(rig.Pool, Address(13), Address(15), [1])));
        var sent = rig.Underlay.Counters.Sent;
        Assert.Equal(4, sent.Drops[DropReason.SendFailed]);
        Assert.Equal(1, sent.Drops[DropReason.MalformedOuter]);
        Assert.Equal(1, sent.Drops[DropReason.PartStopped]);
        Assert.Equal((6L, 0L, 0L), (sent.In, sent.Out, sent.Imbalance(0)));
        Assert.Equal(0, rig.Pool.Outstanding);
    }

    [Fact]
    public void Icmp_errors_of_a_missing_peer_are_counted_and_cost_no_other_packet()
    {
        using var rig = new Rig();
        rig.Underlay.Open(1, Address(16));
        rig.Underlay.Open(2, Address(17));
        for (var i = 0; i < 50; i++)
        {
            rig.Underlay.Send(1, Batch(rig.Pool,
                Make(rig.Pool, Address(16), Address(99), [1]), Make(rig.Pool, Address(16), Address(17), [(byte)i])));
        }

        Assert.True(rig.Await(50));
        var counters = rig.Underlay.Counters;
        Assert.Equal((100L, 100L), (counters.Sent.In, counters.Sent.Out));
        Assert.True(counters.IcmpErrors > 0);
    }

    [Fact]
    public void Ipv6_vteps_work_the_same_way()
    {
        using var rig = new Rig(new UnderlayOptions { ReceivePorts = [(ushort)(20_000 + Environment.ProcessId % 20_000)] });
        var port = (ushort)(20_000 + Environment.ProcessId % 20_000);
        rig.Underlay.Open(1, IPAddress.IPv6Loopback);
        var batch = rig.Pool.RentBatch();
        var expected = new List<byte[]>();
        for (var i = 0; i < 20; i++)
        {
            var frame = Make(rig.Pool, IPAddress.IPv6Loopback, IPAddress.IPv6Loopback, [(byte)i, 2, 3, 4], 49160, port, ttl: 77, tos: 0x28);
            expected.Add(AsRebuilt(frame.Bytes));
            batch.Add(frame);
        }

        rig.Underlay.Send(1, batch);
        Assert.True(rig.Await(20));
        Assert.Equal(expected, rig.Received.Select(r => r.Packet));
    }

    private static bool AwaitBoth(Rig left, Rig right, long sent)
    {
        for (var i = 0; i < 30_000 && left.Count + right.Count < sent; i++) Thread.Sleep(1);
        return left.Count + right.Count >= sent;
    }
}
