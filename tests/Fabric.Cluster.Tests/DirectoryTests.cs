using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Fabric.Actors.Protocol;

namespace Fabric.Cluster.Tests;

/// <summary>Which of two placements of a server wins, whatever the order in which replicas meet.</summary>
public sealed class DirectoryTests
{
    private static readonly UniqueAddress First = new(new Address("akka.tcp", "fabric", "127.0.0.1", 1), 1);
    private static readonly UniqueAddress Second = new(new Address("akka.tcp", "fabric", "127.0.0.1", 2), 2);

    [Theory]
    [InlineData(1, 900, 2, 1)]
    [InlineData(2, 1_700_000_000_000, 3, 1)]
    [InlineData(3, 5, 3, 6)]
    public void The_higher_epoch_then_the_higher_version_wins_at_every_replica(long epochA, long versionA, long epochB, long versionB)
    {
        var empty = LWWDictionary<string, Placement>.Empty;
        var older = DirectoryActor.Place(empty, At("first", epochA, versionA), First);
        var newer = DirectoryActor.Place(empty, At("second", epochB, versionB), Second);
        Assert.Equal("second", older.Merge(newer)["s"].Node);
        Assert.Equal("second", newer.Merge(older)["s"].Node);
    }

    [Fact]
    public void An_older_epoch_does_not_even_replace_the_entry_where_it_is_published()
    {
        var known = DirectoryActor.Place(LWWDictionary<string, Placement>.Empty, At("first", 5, 1), First);
        Assert.Same(known, DirectoryActor.Place(known, At("second", 4, 1_000), Second));
    }

    [Fact]
    public void A_server_that_moved_wins_under_the_same_epoch_also_with_a_clock_that_is_behind()
    {
        var before = DirectoryActor.Place(LWWDictionary<string, Placement>.Empty, At("first", 5, 1_700_000_900_000), First);
        var after = DirectoryActor.Place(before, At("second", 5, 1_700_000_000_000), Second);
        Assert.Equal("second", before.Merge(after)["s"].Node);
        Assert.Equal("second", after.Merge(before)["s"].Node);
    }

    private static Placement At(string node, long epoch, long version) => new("s", node, "127.64.0.1", epoch, version, true, null);
}
