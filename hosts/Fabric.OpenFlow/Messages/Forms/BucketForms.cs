using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Buckets of groups, as OpenFlow 1.1 to 1.4 and as 1.5 (and Nicira's groups in 1.0) write them; the group's property.</summary>
internal static class BucketForms
{
    private const uint MaxBucket = 0xffffff00;
    private const int Size11 = 16;
    private const int Size15 = 8;
    private const ulong WeightProperty = 0;
    private const ulong WatchPortProperty = 1;
    private const ulong WatchGroupProperty = 2;

    private const uint NetronomeVendor = 0x0000154d;

    /// <summary>What OVS used before it was registered.</summary>
    private const uint NetronomeOldVendor = 0x00001540;
    private const uint SelectionMethodType = 1;
    private const int SelectionMethodSize = 16;
    private const int SelectionPropertySize = 40;

    /// <summary>The form of OpenFlow 1.5 is also that of Nicira's groups in 1.0.</summary>
    public static bool IsNewForm(OpenFlowVersion version) => version is OpenFlowVersion.V10 or >= OpenFlowVersion.V15;

    public static bool TryRead11(ref WireReader body, int size, Decoding at, out List<GroupBucket> buckets)
    {
        buckets = [];
        var reader = new WireReader(body.Bytes(size));
        if (body.IsExhausted) return at.Refuse(OpenFlowError.BrcBadLen);
        while (reader.Remaining > 0)
        {
            int bucketSize = reader.U16();
            ushort weight = reader.U16();
            uint port = reader.U32(), group = reader.U32();
            reader.Skip(4);
            if (reader.IsExhausted || bucketSize < Size11 || bucketSize - Size11 > reader.Remaining)
                return at.Refuse(OpenFlowError.GmfcBadBucket);
            if (!WireActions.TryRead(ref reader, bucketSize - Size11, at, out var actions)) return false;
            if (!WirePort.TryNarrow(port, out var watched)) return at.Refuse(OpenFlowError.GmfcBadWatch);
            buckets.Add(new GroupBucket((uint)buckets.Count)
            {
                Weight = weight, WatchPort = watched, WatchGroup = group, Actions = actions,
            });
        }
        return true;
    }

    public static void Write11(IReadOnlyList<GroupBucket> buckets, MessageWriter to)
    {
        foreach (var bucket in buckets)
        {
            int start = to.Wire.Size;
            to.Wire.Zeros(2);
            to.Wire.U16(bucket.Weight);
            to.Wire.U32(WirePort.Widen(bucket.WatchPort));
            to.Wire.U32(bucket.WatchGroup);
            to.Wire.Zeros(4);
            WireActions.Write(bucket.Actions, to);
            to.PatchSize(start);
        }
    }

    public static bool TryRead15(ref WireReader body, int size, GroupType type, Decoding at, out List<GroupBucket> buckets)
    {
        buckets = [];
        var reader = new WireReader(body.Bytes(size));
        if (body.IsExhausted) return at.Refuse(OpenFlowError.BrcBadLen);
        while (reader.Remaining > 0)
        {
            int bucketSize = reader.U16();
            int actionsSize = reader.U16();
            uint id = reader.U32();
            bool isRight = !reader.IsExhausted && bucketSize >= Size15 && bucketSize - Size15 <= reader.Remaining
                && actionsSize <= bucketSize - Size15;
            if (!isRight) return at.Refuse(OpenFlowError.GmfcBadBucket);
            if (!WireActions.TryRead(ref reader, actionsSize, at, out var actions)) return false;
            var properties = new WireReader(reader.Bytes(bucketSize - Size15 - actionsSize));
            var bucket = new GroupBucket(id) { Weight = type == GroupType.Select ? (ushort)1 : (ushort)0, Actions = actions };
            if (!TryReadProperties(ref properties, at, ref bucket)) return false;
            if (id > MaxBucket) return at.Refuse(OpenFlowError.GmfcBadBucket);
            buckets.Add(bucket);
        }
        return buckets.DistinctBy(b => b.Id).Count() == buckets.Count || at.Refuse(OpenFlowError.GmfcBadBucket);
    }

    public static void Write15(IReadOnlyList<GroupBucket> buckets, GroupType type, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var bucket in buckets)
        {
            int start = wire.Size;
            wire.Zeros(4);
            wire.U32(bucket.Id <= MaxBucket ? bucket.Id : FreeId(buckets));
            int actionsStart = wire.Size;
            WireActions.Write(bucket.Actions, to);
            wire.PatchU16(start + 2, (ushort)(wire.Size - actionsStart));
            if (type == GroupType.Select || bucket.Weight != 0) MessageProperty.WriteU16(wire, WeightProperty, bucket.Weight);
            if (bucket.WatchPort != OfpPort.None) MessageProperty.WriteU32(wire, WatchPortProperty, WirePort.Widen(bucket.WatchPort));
            if (bucket.WatchGroup != GroupMod.AnyGroup) MessageProperty.WriteU32(wire, WatchGroupProperty, bucket.WatchGroup);
            to.PatchSize(start);
        }
    }

    public static bool TryReadGroupProperties(
        ref WireReader body, GroupType type, GroupCommand command, Decoding at, out GroupProperties properties)
    {
        properties = GroupProperties.None;
        while (MessageProperty.TryRead(ref body, at, out var property))
        {
            bool isKnown = property.Type == MessageProperty.Experimenter(NetronomeVendor, SelectionMethodType)
                || property.Type == MessageProperty.Experimenter(NetronomeOldVendor, SelectionMethodType);
            if (!isKnown) return property.Unknown(at, isLoose: false);
            if (!TryReadSelection(property, type, command, at, out properties)) return false;
        }
        return at.Error == OpenFlowError.None;
    }

    public static void WriteGroupProperties(GroupProperties properties, MessageWriter to)
    {
        if (properties.SelectionMethod.Length == 0) return;
        int start = MessageProperty.Begin(to.Wire, MessageProperty.Experimenter(NetronomeVendor, SelectionMethodType));
        to.Wire.Zeros(4);
        to.Wire.FixedText(properties.SelectionMethod, SelectionMethodSize);
        to.Wire.U64(properties.SelectionParameter);
        WireFields.WriteMasks(properties.Fields, to);
        MessageProperty.End(to.Wire, start);
    }

    private static uint FreeId(IReadOnlyList<GroupBucket> buckets)
    {
        uint id = 0;
        while (buckets.Any(b => b.Id == id)) id++;
        return id;
    }

    private static bool TryReadProperties(ref WireReader reader, Decoding at, ref GroupBucket bucket)
    {
        uint port = WirePort.Widen(OfpPort.None);
        while (MessageProperty.TryRead(ref reader, at, out var property))
        {
            switch (property.Type)
            {
                case WeightProperty: bucket = bucket with { Weight = property.U16(at) }; break;
                case WatchPortProperty: port = property.U32(at); break;
                case WatchGroupProperty: bucket = bucket with { WatchGroup = property.U32(at) }; break;
                default: property.Unknown(at, isLoose: false); break;
            }
        }
        if (at.Error != OpenFlowError.None) return false;
        if (!WirePort.TryNarrow(port, out var watched)) return at.Refuse(OpenFlowError.GmfcBadWatch);
        bucket = bucket with { WatchPort = watched };
        return true;
    }

    private static bool TryReadSelection(
        MessageProperty property, GroupType type, GroupCommand command, Decoding at, out GroupProperties properties)
    {
        properties = GroupProperties.None;
        if (type > GroupType.FastFailover) return at.Refuse(OpenFlowError.GmfcBadType);
        if (type != GroupType.Select) return at.Refuse(OpenFlowError.BpcBadValue);
        switch (command)
        {
            case GroupCommand.Add or GroupCommand.Modify or GroupCommand.AddOrModify: break;
            case GroupCommand.Delete or GroupCommand.InsertBucket or GroupCommand.RemoveBucket: return at.Refuse(OpenFlowError.BpcBadValue);
            default: return at.Refuse(OpenFlowError.GmfcBadCommand);
        }
        if (property.Whole.Length < SelectionPropertySize) return at.Refuse(OpenFlowError.BpcBadLen);
        var reader = new WireReader(property.Value[4..]);
        var name = reader.Bytes(SelectionMethodSize);
        ulong parameter = reader.U64();
        int end = name.IndexOf((byte)0);
        string method = end < 0 ? "" : System.Text.Encoding.UTF8.GetString(name[..end]);
        if (method is not ("hash" or "dp_hash")) return at.Refuse(OpenFlowError.BpcBadValue);
        if (reader.Remaining > 0 && method != "hash") return at.Refuse(OpenFlowError.BpcBadValue);
        if (!WireFields.TryReadMasks(ref reader, at, out var fields)) return false;
        properties = new GroupProperties(method, parameter, fields);
        return true;
    }
}
