using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

public class GroupTableTests
{
    private readonly TableBench _bench = new();

    [Fact]
    public void Requests_that_OVS_refuses_get_its_errors_and_change_nothing_G1_G3()
    {
        Assert.Equal(OpenFlowError.None, _bench.TryGroup(Select(1, 1, 1)));
        var before = _bench.Snapshot();
        Assert.Equal(OpenFlowError.GmfcGroupExists, _bench.TryGroup(Select(1, 1)));
        Assert.Equal(OpenFlowError.GmfcInvalidGroup, _bench.TryGroup(Select(GroupMod.MaxGroup + 1, 1)));
        Assert.Equal(OpenFlowError.GmfcBadType, _bench.TryGroup(Select(2, 1) with { Type = (GroupType)9 }));
        Assert.Equal(OpenFlowError.GmfcUnknownGroup, _bench.TryGroup(Select(2, 1) with { Command = GroupCommand.Modify }));
        Assert.Equal(OpenFlowError.GmfcUnknownBucket, _bench.TryGroup(Change(GroupCommand.RemoveBucket, 7)));
        Assert.Equal(OpenFlowError.GmfcUnknownBucket, _bench.TryGroup(Change(GroupCommand.InsertBucket, 7, 9)));
        Assert.Equal(OpenFlowError.GmfcBucketExists, _bench.TryGroup(Change(GroupCommand.InsertBucket, GroupMod.LastBucket, 1)));
        Assert.Equal(OpenFlowError.GmfcBadCommand, _bench.TryGroup(Select(1, 1) with { Command = (GroupCommand)77 }));
        Assert.Equal(OpenFlowError.None, _bench.TryGroup(new GroupMod { Command = GroupCommand.Delete, GroupId = 99 }));
        Assert.Equal(before, _bench.Snapshot());
    }

    [Fact]
    public void Buckets_go_in_and_out_where_they_are_told()
    {
        _bench.TryGroup(Select(1, 1, 1));
        Assert.Equal([5, 0, 1], Buckets(Change(GroupCommand.InsertBucket, GroupMod.FirstBucket, 5)));
        Assert.Equal([5, 0, 1, 6], Buckets(Change(GroupCommand.InsertBucket, GroupMod.LastBucket, 6)));
        Assert.Equal([5, 0, 7, 8, 1, 6], Buckets(Change(GroupCommand.InsertBucket, 0, 7, 8)));
        Assert.Equal([5, 7, 8, 1, 6], Buckets(Change(GroupCommand.RemoveBucket, 0)));
        Assert.Equal([7, 8, 1, 6], Buckets(Change(GroupCommand.RemoveBucket, GroupMod.FirstBucket)));
        Assert.Equal([7, 8, 1], Buckets(Change(GroupCommand.RemoveBucket, GroupMod.LastBucket)));
        Assert.Empty(Buckets(Change(GroupCommand.RemoveBucket, GroupMod.AllBuckets)));
        Assert.Equal(GroupType.Select, _bench.Tables.Groups.Find(1)!.Type);

        uint[] Buckets(GroupMod mod)
        {
            Assert.Equal(OpenFlowError.None, _bench.TryGroup(mod));
            return [.. _bench.Tables.Groups.Find(1)!.Buckets.Select(b => b.Id)];
        }
    }

    [Fact]
    public void Rules_need_their_group_stay_when_it_is_modified_and_go_with_it_G2_TB5()
    {
        Assert.Equal(OpenFlowError.BacBadOutGroup, _bench.Try("in_port=1,actions=group:1"));
        _bench.TryGroup(Select(1, 1));
        _bench.TryGroup(Select(2, 1));
        _bench.Add("in_port=1,actions=group:1", "in_port=2,actions=group:2", "in_port=3,actions=write_actions(group:1)",
            "in_port=4,actions=1");
        _bench.Tables.Groups.Find(1)!.Credit(null, 5, 500);
        Assert.Equal(OpenFlowError.None, _bench.TryGroup(Select(1, 1, 1) with { Command = GroupCommand.AddOrModify }));
        var group = _bench.Tables.Groups.Find(1)!;
        Assert.Equal((2, 0L), (group.RuleCount, group.Packets));
        _bench.Events.Clear();
        _bench.TryGroup(new GroupMod { Command = GroupCommand.Delete, GroupId = 1 });
        Assert.Equal(["in_port=2", "in_port=4"], _bench.Tables.Rules.Select(r => $"in_port={r.Match.Value.InPort.Value}"));
        Assert.All(_bench.Events, e => Assert.Equal(RuleRemovedReason.GroupDelete, e.Reason));
        _bench.TryGroup(new GroupMod { Command = GroupCommand.Delete, GroupId = GroupMod.AllGroups });
        Assert.Equal((0, 1), (_bench.Tables.Groups.Count, _bench.Tables.RuleCount));
    }

    [Fact]
    public void Liveness_follows_ports_and_groups_and_ends_in_loops()
    {
        var groups = _bench.Tables.Groups;
        _bench.TryGroup(new GroupMod { GroupId = 1, Type = GroupType.FastFailover,
            Buckets = [Watching(0, port: 1), Watching(1, group: 2)] });
        _bench.TryGroup(new GroupMod { GroupId = 2, Type = GroupType.FastFailover, Buckets = [Watching(0, port: 2)] });
        _bench.TryGroup(new GroupMod { GroupId = 3, Type = GroupType.FastFailover, Buckets = [Watching(0, group: 3)] });
        _bench.TryGroup(Select(4, 0));
        _bench.TryGroup(Select(5, 1));
        Assert.True(groups.IsLive(1, p => p.Value == 1));
        Assert.True(groups.IsLive(1, p => p.Value == 2));
        Assert.False(groups.IsLive(1, _ => false));
        Assert.False(groups.IsLive(3, _ => true));
        Assert.False(groups.IsLive(4, _ => true));
        Assert.True(groups.IsLive(5, _ => false));
        Assert.False(groups.IsLive(77, _ => true));
    }

    [Theory]
    [InlineData(new[] { 1, 1 }, "0101010101010101")]
    [InlineData(new[] { 1, 2, 3 }, "2102122102122102")]
    [InlineData(new[] { 5, 0, 1 }, "0002000002000002")]
    public void Hash_values_are_shared_by_weight_as_OVS_does(int[] weights, string map)
    {
        _bench.TryGroup(Select(1, weights));
        var group = _bench.Tables.Groups.Find(1)!;
        Assert.Equal(GroupSelection.DpHash, group.Selection);
        var shares = weights.Select((w, i) => (double)w / weights.Sum() * group.HashMap.Length).ToArray();
        for (var i = 0; i < weights.Length; i++)
            Assert.InRange(group.HashMap.ToArray().Count(b => b == i), Math.Floor(shares[i]) - 1, Math.Ceiling(shares[i]) + 1);
        Assert.Equal(map.Length, group.HashMap.Length);
        Assert.Equal(map, string.Concat(group.HashMap.ToArray()));
    }

    [Fact]
    public void The_method_of_selection_is_as_the_properties_say_where_that_can_be()
    {
        var fields = new GroupProperties("hash", 0,
            new ActionList<FieldMask>(new FieldMask(OpenFlowFields.NwSource, OpenFlowFields.NwSource.AllOnes)));
        Assert.Equal(GroupSelection.Hash, Selection(Select(1, 1) with { Properties = fields }));
        Assert.Equal(GroupSelection.Default,
            Selection(Select(2, 1) with { Properties = GroupProperties.None with { SelectionMethod = "hash" } }));
        Assert.Equal(GroupSelection.Default, Selection(Select(3, 1, 257)));
        Assert.Equal(GroupSelection.DpHash, Selection(Select(4, 1) with
        {
            Properties = GroupProperties.None with { SelectionMethod = "dp_hash", SelectionParameter = 0x1_0000_0007 },
        }));
        Assert.Equal((AgentGroup.HashSymmetricLayer4, 7u),
            (_bench.Tables.Groups.Find(4)!.HashAlgorithm, _bench.Tables.Groups.Find(4)!.HashBasis));

        GroupSelection Selection(GroupMod mod)
        {
            Assert.Equal(OpenFlowError.None, _bench.TryGroup(mod));
            return _bench.Tables.Groups.Find(mod.GroupId)!.Selection;
        }
    }

    private static GroupBucket Watching(uint id, ushort? port = null, uint? group = null) => new(id)
    {
        WatchPort = port is { } p ? new OfpPort(p) : OfpPort.None, WatchGroup = group ?? GroupMod.AnyGroup,
    };

    private static GroupMod Select(uint id, params int[] weights) => new()
    {
        GroupId = id, Type = GroupType.Select, Buckets = [.. weights.Select((w, i) => new GroupBucket((uint)i) { Weight = (ushort)w })],
    };

    private static GroupMod Change(GroupCommand command, uint at, params uint[] buckets) => new()
    {
        Command = command, GroupId = 1, CommandBucketId = at, Buckets = [.. buckets.Select(b => new GroupBucket(b))],
    };
}
