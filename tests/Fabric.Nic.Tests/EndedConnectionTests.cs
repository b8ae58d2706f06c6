using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Properties L1.9 and L1.10 of <see cref="ExactMatchFlowTracker"/>: entries of TCP connections that ended.</summary>
public sealed class EndedConnectionTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;
    private const TcpFlags Fin = TcpFlags.Fin | TcpFlags.Ack;

    private readonly PolicySlots _slots = new();

    private ExactMatchFlowTracker Tracker(string policy, int capacity)
    {
        Assert.True(EvictionPolicyNames.TryCreate(policy, Seeded.Random(), out var eviction));
        return new ExactMatchFlowTracker(
            new ExactMatchOptions { Capacity = capacity, PendingLimit = 1_000_000 }, _slots, eviction, 7);
    }

    private static int Find(ExactMatchFlowTracker tracker, FlowKey key) => tracker.Find(ref key, tracker.Hash(ref key));

    private static int Add(ExactMatchFlowTracker tracker, FlowKey key) => tracker.AddPending(ref key, tracker.Hash(ref key), 0);

    private static bool Has(ExactMatchFlowTracker tracker, int connection, TcpFlags flags) =>
        Find(tracker, Keys.Tcp(connection, flags)) >= 0;

    private static bool IsEnded(ExactMatchFlowTracker tracker, int connection, TcpFlags flags) =>
        tracker.View(Find(tracker, Keys.Tcp(connection, flags)), 0).IsEnded;

    private static void Learn(ExactMatchFlowTracker tracker, int slot, int connection, TcpFlags flags)
    {
        var entry = Add(tracker, Keys.Tcp(connection, flags));
        Assert.True(entry >= 0);
        tracker.Bind(entry, slot, 60, 0);
    }

    [Theory]
    [InlineData("clock")]
    [InlineData("lru")]
    [InlineData("random")]
    [InlineData("none")]
    public void Entries_of_an_ended_connection_make_room_before_all_others(string policy)
    {
        using var tracker = Tracker(policy, capacity: 60);
        var slot = _slots.Allocate();
        for (var connection = 0; connection < 20; connection++)
            foreach (var flags in (TcpFlags[])[TcpFlags.Syn, TcpFlags.Ack, Data]) Learn(tracker, slot, connection, flags);
        // Used last of all, so that neither the clock nor the list would choose them.
        foreach (var flags in (TcpFlags[])[TcpFlags.Syn, TcpFlags.Ack, Data])
            Assert.True(tracker.TryUse(Find(tracker, Keys.Tcp(11, flags)), 60, (ushort)flags, 1, out _));
        Learn(tracker, slot, 11, Fin);
        Assert.Equal((1, 3), (tracker.Counters.Evicted(EvictionCause.Ended), tracker.EndedCount));
        for (var connection = 20; connection < 23; connection++) Learn(tracker, slot, connection, Data);
        Assert.Equal((4, 0), (tracker.Counters.Evicted(EvictionCause.Ended), tracker.EndedCount));
        foreach (var flags in (TcpFlags[])[TcpFlags.Syn, TcpFlags.Ack, Data, Fin]) Assert.False(Has(tracker, 11, flags), "L1.10");
        for (var connection = 0; connection < 20; connection++)
            Assert.Equal(connection != 11, Has(tracker, connection, Data) && Has(tracker, connection, TcpFlags.Syn));
        Assert.Equal((0, 60), (tracker.Counters.Evicted(EvictionCause.Capacity), tracker.Count));
        Assert.Equal(policy == "none", Add(tracker, Keys.Tcp(30, Data)) < 0);
    }

    [Theory]
    [InlineData("clock")]
    [InlineData("lru")]
    [InlineData("random")]
    [InlineData("none")]
    public void In_a_full_bucket_an_ended_entry_makes_room(string policy)
    {
        using var tracker = Tracker(policy, capacity: 100_000);
        var slot = _slots.Allocate();
        // So young a table has 256 buckets in groups of eight: 64 lanes for keys of one home, of which the first eight lie in it.
        int HashOf(int connection, TcpFlags flags)
        {
            var key = Keys.Tcp(connection, flags);
            return (int)tracker.Hash(ref key) & 255;
        }

        var colliding = Enumerable.Range(0, 100_000).Where(connection => HashOf(connection, Data) == 0).Take(65).ToList();
        foreach (var connection in colliding.Take(64)) Learn(tracker, slot, connection, Data);
        var ended = colliding[5];
        var end = ((TcpFlags[])[Fin, TcpFlags.Rst, TcpFlags.Fin, TcpFlags.Rst | TcpFlags.Ack]).First(flags => HashOf(ended, flags) >= 8);
        Learn(tracker, slot, ended, end);
        Learn(tracker, slot, colliding[64], Data);
        Assert.False(Has(tracker, ended, Data), "L1.10");
        Assert.All(colliding.Where(connection => connection != ended), connection => Assert.True(Has(tracker, connection, Data)));
        Assert.Equal(
            (1, 0), (tracker.Counters.Evicted(EvictionCause.Ended), tracker.Counters.Evicted(EvictionCause.BucketFull)));
    }

    [Fact]
    public void A_marked_entry_answers_until_a_syn_of_the_same_connection_takes_the_mark_back()
    {
        using var tracker = Tracker("clock", capacity: 1_000);
        var slot = _slots.Allocate();
        for (var connection = 0; connection < 3; connection++)
        {
            foreach (var flags in (TcpFlags[])[TcpFlags.Syn, TcpFlags.Ack, Fin]) Learn(tracker, slot, connection, flags);
            // The second time the SYN and the FIN are hits.
            for (var round = 0; round < 2; round++)
            {
                Assert.True(IsEnded(tracker, connection, TcpFlags.Ack) && IsEnded(tracker, connection, Fin), "L1.9");
                Assert.True(tracker.TryUse(Find(tracker, Keys.Tcp(connection, TcpFlags.Ack)), 60, 0, 1, out var used));
                Assert.Equal(slot, used);
                Assert.True(tracker.TryUse(Find(tracker, Keys.Tcp(connection, TcpFlags.Syn)), 60, 0, 1, out _));
                Assert.False(IsEnded(tracker, connection, TcpFlags.Ack) || IsEnded(tracker, connection, TcpFlags.Syn), "L1.9");
                Assert.True(tracker.TryUse(Find(tracker, Keys.Tcp(connection, Fin)), 60, 0, 1, out _));
            }
        }

        Learn(tracker, slot, 1, TcpFlags.Syn | TcpFlags.Ack);
        Assert.False(IsEnded(tracker, 1, TcpFlags.Ack), "L1.9: a SYN that is new");
        Assert.True(IsEnded(tracker, 0, TcpFlags.Ack));
    }

    [Fact]
    public void Udp_and_other_connections_are_never_marked()
    {
        using var tracker = Tracker("clock", capacity: 1_000);
        var slot = _slots.Allocate();
        for (var connection = 0; connection < 12; connection++) Learn(tracker, slot, connection, TcpFlags.Ack);
        Learn(tracker, slot, 7, TcpFlags.Rst);
        Assert.Equal(2, tracker.EndedCount);
        var key = Keys.Tcp(9, Fin);
        key.NwProto = 132;
        tracker.Bind(Add(tracker, key), slot, 60, 0);
        tracker.Bind(Add(tracker, Keys.Udp(1, 2, 3, 4, 5)), slot, 60, 0);
        Assert.Equal(2, tracker.EndedCount);
        Assert.Equal(2, tracker.List(0).Count(view => view.IsEnded));
    }

    [Fact]
    public void Ending_and_beginning_connections_allocates_nothing()
    {
        using var tracker = Tracker("clock", capacity: 64);
        var slot = _slots.Allocate();
        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var connection = 0; connection < 100; connection++)
            {
                Learn(tracker, slot, connection, TcpFlags.Syn);
                Learn(tracker, slot, connection, Data);
                Learn(tracker, slot, connection, Fin);
                tracker.TryUse(Find(tracker, Keys.Tcp(connection, Fin)), 60, 0, 1, out _);
                tracker.Clear();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Assert.Equal(0, Round());
    }
}
