using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// A group as it is installed (OVS: <c>struct group_dpif</c>). Buckets and properties never change: a modification makes a new group under
/// the same id, whose counters begin at zero.
/// </summary>
public sealed class AgentGroup
{
    /// <summary>Hash functions of the datapath (kernel: <c>enum ovs_hash_alg</c>).</summary>
    public const uint HashLayer4 = 0;

    /// <inheritdoc cref="HashLayer4"/>
    public const uint HashSymmetricLayer4 = 1;

    private readonly long[] _bucketPackets;
    private readonly long[] _bucketBytes;
    private HashSet<OpenFlowRule>? _rules;

    internal AgentGroup(uint id, GroupType type, IReadOnlyList<GroupBucket> buckets, GroupProperties properties, long createdMs, long nowMs)
    {
        (Id, Type, Buckets, Properties, CreatedMs, ModifiedMs) = (id, type, buckets, properties, createdMs, nowMs);
        _bucketPackets = new long[buckets.Count];
        _bucketBytes = new long[buckets.Count];
        if (type == GroupType.Select) ChooseSelection();
    }

    public uint Id { get; }

    public GroupType Type { get; }

    public IReadOnlyList<GroupBucket> Buckets { get; }

    public GroupProperties Properties { get; }

    public long CreatedMs { get; }

    public long ModifiedMs { get; }

    /// <summary>False once it is deleted or replaced.</summary>
    public bool IsInstalled { get; internal set; }

    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Only of a select group.</summary>
    public GroupSelection Selection { get; private set; }

    /// <summary>For <see cref="GroupSelection.DpHash"/>: index of the bucket for each value; its length is a power of two.</summary>
    public ReadOnlyMemory<byte> HashMap { get; private set; }

    public uint HashMask => (uint)(HashMap.Length - 1);

    public uint HashAlgorithm { get; private set; }

    public uint HashBasis { get; private set; }

    /// <summary>Rules that send packets here: the "ref_count" of group statistics.</summary>
    public int RuleCount => _rules?.Count ?? 0;

    internal IReadOnlyCollection<OpenFlowRule> Rules => (IReadOnlyCollection<OpenFlowRule>?)_rules ?? [];

    /// <summary>Counters of the bucket at this place in <see cref="Buckets"/>.</summary>
    public (long Packets, long Bytes) BucketCounters(int index) => (_bucketPackets[index], _bucketBytes[index]);

    /// <summary>Counts packets that went to one bucket, or to all of them when <paramref name="bucket"/> is null.</summary>
    public void Credit(int? bucket, long packets, long bytes)
    {
        Packets += packets;
        Bytes += bytes;
        for (var i = bucket ?? 0; i <= (bucket ?? Buckets.Count - 1); i++)
        {
            _bucketPackets[i] += packets;
            _bucketBytes[i] += bytes;
        }
    }

    internal void Attach(OpenFlowRule rule) => (_rules ??= []).Add(rule);

    internal void Detach(OpenFlowRule rule) => _rules?.Remove(rule);

    /// <summary>The rules stay with the id when a group is replaced.</summary>
    internal void TakeRules(AgentGroup other) => (_rules, other._rules) = (other._rules, null);

    private void ChooseSelection()
    {
        switch (Properties.SelectionMethod)
        {
            case "hash":
                Selection = Properties.Fields.Count == 0 ? GroupSelection.Default : GroupSelection.Hash;
                return;
            case "dp_hash":
                HashAlgorithm = (uint)(Properties.SelectionParameter >> 32) is var wanted and <= HashSymmetricLayer4 ? wanted : HashLayer4;
                HashBasis = (uint)Properties.SelectionParameter;
                break;
            default:
                HashAlgorithm = HashSymmetricLayer4;
                break;
        }

        if (DpHashMap.TryMake(Buckets) is not { } map) return;
        HashMap = map;
        Selection = GroupSelection.DpHash;
    }
}
