using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Groups: changes, descriptions, counters, features.</summary>
internal static class GroupForms
{
    private const uint MaxBucket = 0xffffff00;
    private const int DescriptionSize11 = 8;
    private const int DescriptionSize15 = 16;
    private const int TypeCount = 4;

    public static OpenFlowMessage? ReadMod11(ref WireReader body, Decoding at)
    {
        var command = (GroupCommand)body.U16();
        var type = (GroupType)body.U8();
        body.Skip(1);
        uint id = body.U32();
        if (!BucketForms.TryRead11(ref body, body.Remaining, at, out var buckets)) return null;
        // OpenFlow 1.3.5 section 6.4.
        if (at.Version >= OpenFlowVersion.V13 && command == GroupCommand.Delete && buckets.Count > 0)
            return at.Fail(OpenFlowError.GmfcInvalidGroup);
        return Check(new GroupMod { Command = command, Type = type, GroupId = id, Buckets = buckets }, at);
    }

    public static void WriteMod11(GroupModMessage message, MessageWriter to)
    {
        to.Wire.U16((ushort)message.Request.Command);
        to.Wire.U8((byte)message.Request.Type);
        to.Wire.Zeros(1);
        to.Wire.U32(message.Request.GroupId);
        BucketForms.Write11(message.Request.Buckets, to);
    }

    public static OpenFlowMessage? ReadMod15(ref WireReader body, Decoding at)
    {
        var command = (GroupCommand)body.U16();
        var type = (GroupType)body.U8();
        body.Skip(1);
        uint id = body.U32();
        int bucketsSize = body.U16();
        body.Skip(2);
        uint bucketId = body.U32();
        bool isOne = bucketId <= MaxBucket || bucketId is GroupMod.FirstBucket or GroupMod.LastBucket;
        bool isRight = command switch
        {
            GroupCommand.RemoveBucket => isOne || bucketId == GroupMod.AllBuckets,
            GroupCommand.InsertBucket => isOne,
            _ => bucketId == GroupMod.AllBuckets,
        };
        if (!isRight) return at.Fail(OpenFlowError.GmfcBadBucket);
        if (!BucketForms.TryRead15(ref body, bucketsSize, type, at, out var buckets)) return null;
        if (!BucketForms.TryReadGroupProperties(ref body, type, command, at, out var properties)) return null;
        return Check(new GroupMod
        {
            Command = command, Type = type, GroupId = id, CommandBucketId = bucketId, Buckets = buckets, Properties = properties,
        }, at);
    }

    public static void WriteMod15(GroupModMessage message, MessageWriter to)
    {
        var request = message.Request;
        var wire = to.Wire;
        wire.U16((ushort)request.Command);
        wire.U8((byte)request.Type);
        wire.Zeros(1);
        wire.U32(request.GroupId);
        int lengthAt = wire.Size;
        wire.Zeros(4);
        wire.U32(request.CommandBucketId);
        int start = wire.Size;
        BucketForms.Write15(request.Buckets, request.Type, to);
        wire.PatchU16(lengthAt, (ushort)(wire.Size - start));
        BucketForms.WriteGroupProperties(request.Properties, to);
    }

    public static OpenFlowMessage? ReadDescriptions(ref WireReader body, Decoding at)
    {
        List<GroupDescription> groups = [];
        bool isNew = BucketForms.IsNewForm(at.Version);
        int headerSize = isNew ? DescriptionSize15 : DescriptionSize11;
        while (body.Remaining > 0)
        {
            int size = body.U16();
            var group = new GroupDescription((GroupType)body.U8(), 0);
            body.Skip(1);
            group = group with { GroupId = body.U32() };
            int bucketsSize = isNew ? body.U16() : size - headerSize;
            if (isNew) body.Skip(6);
            if (size < headerSize || bucketsSize > size - headerSize) return at.Fail(OpenFlowError.BrcBadLen);
            var entry = new WireReader(body.Bytes(size - headerSize));
            if (body.IsExhausted) return at.Fail(OpenFlowError.BrcBadLen);
            List<GroupBucket> buckets;
            bool isRead = isNew
                ? BucketForms.TryRead15(ref entry, bucketsSize, group.Type, at, out buckets)
                : BucketForms.TryRead11(ref entry, bucketsSize, at, out buckets);
            if (!isRead) return null;
            if (!BucketForms.TryReadGroupProperties(ref entry, group.Type, GroupCommand.Add, at, out var properties)) return null;
            groups.Add(group with { Buckets = buckets, Properties = properties });
        }
        return new GroupDescriptionReply(groups);
    }

    public static void WriteDescriptions(GroupDescriptionReply reply, MessageWriter to)
    {
        bool isNew = BucketForms.IsNewForm(to.Version);
        foreach (var group in reply.Groups)
        {
            int start = to.Wire.Size;
            to.Wire.Zeros(2);
            to.Wire.U8((byte)group.Type);
            to.Wire.Zeros(1);
            to.Wire.U32(group.GroupId);
            if (isNew)
            {
                to.Wire.Zeros(8);
                BucketForms.Write15(group.Buckets, group.Type, to);
                to.Wire.PatchU16(start + 8, (ushort)(to.Wire.Size - start - DescriptionSize15));
                BucketForms.WriteGroupProperties(group.Properties, to);
            }
            else
            {
                BucketForms.Write11(group.Buckets, to);
            }
            to.PatchSize(start);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage ReadDescriptionRequest(ref WireReader body, Decoding at) =>
        new GroupDescriptionRequest(NumberForms.ReadId(ref body));

    public static void WriteDescriptionRequest(GroupDescriptionRequest message, MessageWriter to) =>
        NumberForms.WriteId(message.GroupId, to);

    public static OpenFlowMessage ReadStatisticsRequest(ref WireReader body, Decoding at) =>
        new GroupStatisticsRequest(NumberForms.ReadId(ref body));

    public static void WriteStatisticsRequest(GroupStatisticsRequest message, MessageWriter to) => NumberForms.WriteId(message.GroupId, to);

    public static OpenFlowMessage? ReadStatistics(ref WireReader body, Decoding at)
    {
        List<GroupStatistics> groups = [];
        bool hasDuration = HasDuration(at.Version);
        int headerSize = hasDuration ? 40 : 32;
        while (body.Remaining > 0)
        {
            int size = body.U16();
            body.Skip(2);
            uint id = body.U32(), references = body.U32();
            body.Skip(4);
            ulong packets = body.U64(), bytes = body.U64();
            var duration = hasDuration ? RuleRemovedForms.ReadDuration(ref body) : RuleDuration.Unknown;
            if (size < headerSize) return at.Fail(OpenFlowError.BrcBadLen);
            var counters = new WireReader(body.Bytes((size - headerSize) / 16 * 16));
            if (body.IsExhausted) return at.Fail(OpenFlowError.BrcBadLen);
            groups.Add(new GroupStatistics(id, references, packets, bytes)
            {
                Duration = duration, Buckets = NumberForms.ReadCounters(ref counters),
            });
        }
        return new GroupStatisticsReply(groups);
    }

    public static void WriteStatistics(GroupStatisticsReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var group in reply.Groups)
        {
            int start = wire.Size;
            wire.Zeros(4);
            wire.U32(group.GroupId);
            wire.U32(group.ReferenceCount);
            wire.Zeros(4);
            wire.U64(group.PacketCount);
            wire.U64(group.ByteCount);
            if (HasDuration(to.Version)) RuleRemovedForms.WriteDuration(group.Duration, wire);
            NumberForms.WriteCounters(group.Buckets, wire);
            to.PatchSize(start);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage ReadFeatures(ref WireReader body, Decoding at)
    {
        uint types = body.U32(), capabilities = body.U32();
        var limits = new uint[TypeCount];
        var actions = new uint[TypeCount];
        for (int i = 0; i < TypeCount; i++) limits[i] = body.U32();
        for (int i = 0; i < TypeCount; i++) actions[i] = body.U32();
        return new GroupFeaturesReply(new GroupFeatures(types, capabilities, limits, actions));
    }

    public static void WriteFeatures(GroupFeaturesReply reply, MessageWriter to)
    {
        to.Wire.U32(reply.Features.Types);
        to.Wire.U32(reply.Features.Capabilities);
        for (int i = 0; i < TypeCount; i++) to.Wire.U32(reply.Features.MaxGroups[i]);
        for (int i = 0; i < TypeCount; i++) to.Wire.U32(reply.Features.Actions[i]);
    }

    /// <summary>OVS: <c>ofputil_check_group_mod</c>.</summary>
    private static OpenFlowMessage? Check(GroupMod request, Decoding at)
    {
        var error = OpenFlowError.None;
        if (request.Type > GroupType.FastFailover) error = OpenFlowError.GmfcBadType;
        else if (request.Type == GroupType.Indirect && request.Command != GroupCommand.Delete && request.Buckets.Count != 1)
            error = OpenFlowError.GmfcInvalidGroup;
        else if (!Enum.IsDefined(request.Command)) error = OpenFlowError.GmfcBadCommand;
        else if (request.Command == GroupCommand.RemoveBucket && request.Buckets.Count > 0) error = OpenFlowError.GmfcBadBucket;
        for (int i = 0; i < request.Buckets.Count && error == OpenFlowError.None; i++) error = Check(request, request.Buckets[i]);
        return error == OpenFlowError.None ? new GroupModMessage(request) : at.Fail(error);
    }

    private static OpenFlowError Check(GroupMod request, GroupBucket bucket)
    {
        bool isWatched = bucket.WatchPort != OfpPort.None || bucket.WatchGroup != GroupMod.AnyGroup;
        if (bucket.Weight != 0 && request.Type != GroupType.Select && request.Command != GroupCommand.InsertBucket)
            return OpenFlowError.GmfcInvalidGroup;
        return request.Type switch
        {
            GroupType.All or GroupType.Indirect when isWatched => OpenFlowError.GmfcWatchUnsupported,
            GroupType.FastFailover when !isWatched => OpenFlowError.GmfcInvalidGroup,
            _ => OpenFlowError.None,
        };
    }

    private static bool HasDuration(OpenFlowVersion version) => version is OpenFlowVersion.V10 or >= OpenFlowVersion.V13;
}
