using Fabric.Actors.Protocol;

namespace Fabric.Cluster.Tests;

public sealed class NamesTests
{
    [Fact]
    public void Names_are_ordered_as_people_count()
    {
        string[] ordered = ["a", "a-2", "a-10", "a-10-1", "b", "server-1", "server-2", "server-02-x", "server-9", "server-10",
            "server-99999999999999999999", "t"];
        var random = new Random(11);
        for (var round = 0; round < 50; round++)
        {
            var shuffled = ordered.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(ordered, shuffled.Order(NaturalOrder.Comparer));
        }
    }

    [Fact]
    public void The_shard_of_a_server_never_changes()
    {
        var extractor = new ServerExtractor();
        // FNV-1a of these names modulo 256, worked out apart; another value would scatter a running fabric on an upgrade.
        Assert.Equal(Fnv("server-1"), extractor.ShardId("server-1"));
        Assert.Equal("197", extractor.ShardId(""));
        var envelope = new ServerEnvelope("server-7", new ProbeServer(3));
        Assert.Equal(("server-7", Fnv("server-7")), (extractor.EntityId(envelope), extractor.ShardId(envelope)));
        Assert.Equal(new ProbeServer(3), extractor.EntityMessage(envelope));
        Assert.Null(extractor.EntityId("anything else"));
        Assert.Null(extractor.ShardId((object)"anything else"));
    }

    [Fact]
    public void Servers_spread_evenly_over_the_shards()
    {
        var extractor = new ServerExtractor();
        var shards = Enumerable.Range(1, 5_120).GroupBy(i => extractor.ShardId($"server-{i}")).ToList();
        Assert.Equal(ServerExtractor.ShardCount, shards.Count);
        Assert.True(shards.Max(s => s.Count()) <= 60, $"{shards.Max(s => s.Count())} of 5120 in one of 256 shards");
    }

    private static string Fnv(string text)
    {
        ulong hash = 0x811c9dc5;
        foreach (var c in text) hash = ((hash ^ c) * 0x0100_0193) % 0x1_0000_0000;
        return $"{hash % 256}";
    }
}
