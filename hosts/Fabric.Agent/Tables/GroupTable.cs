using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The groups of a bridge (OVS: the group part of <c>ofproto.c</c>). Groups may name each other in any way, loops included, as OVS allows:
/// the depth limit of translation and of liveness ends such a walk.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>G1: a request that is refused changes nothing.</item>
/// <item>G2: a group that is deleted takes with it every rule that outputs to it; one that is modified keeps them.</item>
/// <item>G3: bucket ids are unique in a group.</item>
/// </list>
/// </summary>
public sealed class GroupTable
{
    /// <summary>OVS <c>MAX_LIVENESS_RECURSION</c>.</summary>
    private const int MaxLivenessDepth = 128;

    private readonly SortedDictionary<uint, AgentGroup> _groups = [];
    private readonly OpenFlowTables _tables;

    internal GroupTable(OpenFlowTables tables) => _tables = tables;

    public int Count => _groups.Count;

    /// <summary>In order of their ids.</summary>
    public IReadOnlyCollection<AgentGroup> Groups => _groups.Values;

    public AgentGroup? Find(uint id) => _groups.GetValueOrDefault(id);

    /// <summary>Does what the request asks, or nothing and says why.</summary>
    public bool TryApply(GroupMod mod, long nowMs, out OpenFlowError error, object? requester = null)
    {
        var found = Find(mod.GroupId);
        switch (mod.Command)
        {
            case GroupCommand.Delete:
                error = OpenFlowError.None;
                if (mod.GroupId != GroupMod.AllGroups) Delete(found, requester);
                else
                    foreach (var group in _groups.Values.ToArray()) Delete(group, requester);
                return true;
            case GroupCommand.Add or GroupCommand.AddOrModify when found is null:
                error = Check(mod, mod.Buckets);
                if (error != OpenFlowError.None) return false;
                _tables.Record(null, Make(mod, mod.Type, mod.Buckets, mod.Properties, nowMs, nowMs));
                return true;
            case GroupCommand.Add:
                error = OpenFlowError.GmfcGroupExists;
                return false;
            case GroupCommand.Modify or GroupCommand.AddOrModify or GroupCommand.InsertBucket or GroupCommand.RemoveBucket:
                if (found is not null) return TryModify(found, mod, nowMs, out error);
                error = OpenFlowError.GmfcUnknownGroup;
                return false;
            default:
                error = OpenFlowError.GmfcBadCommand;
                return false;
        }
    }

    /// <summary>
    /// May packets go to this bucket (OVS: <c>bucket_is_alive</c>)? <paramref name="isPortLive"/> is asked for watched ports, CONTROLLER
    /// among them.
    /// </summary>
    public bool IsLive(AgentGroup group, GroupBucket bucket, Func<OfpPort, bool> isPortLive, int depth = 0)
    {
        if (depth >= MaxLivenessDepth || (group.Type == GroupType.Select && bucket.Weight == 0)) return false;
        var hasPort = bucket.WatchPort != OfpPort.None;
        var hasGroup = bucket.WatchGroup != GroupMod.AnyGroup;
        if (!hasPort && !hasGroup) return true;
        return (hasPort && isPortLive(bucket.WatchPort)) || (hasGroup && IsLive(bucket.WatchGroup, isPortLive, depth + 1));
    }

    /// <summary>Has the group a live bucket?</summary>
    public bool IsLive(uint id, Func<OfpPort, bool> isPortLive, int depth = 0) =>
        Find(id) is { } group && group.Buckets.Any(b => IsLive(group, b, isPortLive, depth));

    /// <summary>Puts <paramref name="added"/> in the place of <paramref name="old"/>; either may be missing.</summary>
    internal void Replace(AgentGroup? old, AgentGroup? added)
    {
        if (old is not null)
        {
            _groups.Remove(old.Id);
            old.IsInstalled = false;
        }

        if (added is null) return;
        if (old is not null) added.TakeRules(old);
        _groups.Add(added.Id, added);
        added.IsInstalled = true;
    }

    private void Delete(AgentGroup? group, object? requester)
    {
        if (group is null) return;
        _tables.RemoveRules([.. group.Rules], RuleRemovedReason.GroupDelete, requester);
        _tables.Record(group, null);
    }

    private bool TryModify(AgentGroup old, GroupMod mod, long nowMs, out OpenFlowError error)
    {
        var isWhole = mod.Command is GroupCommand.Modify or GroupCommand.AddOrModify;
        var type = isWhole ? mod.Type : old.Type;
        var properties = isWhole ? mod.Properties : old.Properties;
        error = OpenFlowError.None;
        var buckets = mod.Command switch
        {
            GroupCommand.InsertBucket => Insert(old.Buckets, mod, out error),
            GroupCommand.RemoveBucket => Remove(old.Buckets, mod, out error),
            _ => mod.Buckets,
        };
        if (error == OpenFlowError.None) error = Check(mod with { Type = type }, buckets);
        if (error != OpenFlowError.None) return false;
        _tables.Record(old, Make(mod, type, buckets, properties, old.CreatedMs, nowMs));
        return true;
    }

    private static AgentGroup Make(
        GroupMod mod, GroupType type, IReadOnlyList<GroupBucket> buckets, GroupProperties properties, long createdMs, long nowMs) =>
        new(mod.GroupId, type, buckets, properties, createdMs, nowMs);

    private static OpenFlowError Check(GroupMod mod, IReadOnlyList<GroupBucket> buckets)
    {
        if (mod.GroupId > GroupMod.MaxGroup) return OpenFlowError.GmfcInvalidGroup;
        if (!Enum.IsDefined(mod.Type)) return OpenFlowError.GmfcBadType;
        return buckets.DistinctBy(b => b.Id).Count() == buckets.Count ? OpenFlowError.None : OpenFlowError.GmfcBucketExists;
    }

    private static List<GroupBucket> Insert(IReadOnlyList<GroupBucket> old, GroupMod mod, out OpenFlowError error)
    {
        var result = old.ToList();
        var at = mod.CommandBucketId switch
        {
            GroupMod.FirstBucket => 0,
            GroupMod.LastBucket or GroupMod.AllBuckets => result.Count,
            var id => result.FindIndex(b => b.Id == id) + 1,
        };
        error = at == 0 && mod.CommandBucketId < GroupMod.FirstBucket ? OpenFlowError.GmfcUnknownBucket : OpenFlowError.None;
        if (error == OpenFlowError.None) result.InsertRange(at, mod.Buckets);
        return result;
    }

    private static IReadOnlyList<GroupBucket> Remove(IReadOnlyList<GroupBucket> old, GroupMod mod, out OpenFlowError error)
    {
        error = OpenFlowError.None;
        switch (mod.CommandBucketId)
        {
            case GroupMod.AllBuckets:
                return [];
            case GroupMod.FirstBucket:
                return [.. old.Skip(1)];
            case GroupMod.LastBucket:
                return [.. old.SkipLast(1)];
        }

        if (old.Any(b => b.Id == mod.CommandBucketId)) return [.. old.Where(b => b.Id != mod.CommandBucketId)];
        error = OpenFlowError.GmfcUnknownBucket;
        return old;
    }
}
