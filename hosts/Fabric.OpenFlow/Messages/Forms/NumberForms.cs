namespace Fabric.OpenFlow;

/// <summary>Numbers that messages about groups and about meters write alike.</summary>
internal static class NumberForms
{
    public static uint ReadId(ref WireReader body)
    {
        uint id = body.U32();
        body.Skip(4);
        return id;
    }

    public static void WriteId(uint id, MessageWriter to)
    {
        to.Wire.U32(id);
        to.Wire.Zeros(4);
    }

    public static List<BucketCounters> ReadCounters(ref WireReader counters)
    {
        List<BucketCounters> list = [];
        while (counters.Remaining > 0) list.Add(new BucketCounters(counters.U64(), counters.U64()));
        return list;
    }

    public static void WriteCounters(IReadOnlyList<BucketCounters> counters, WireWriter wire)
    {
        foreach (var counter in counters)
        {
            wire.U64(counter.PacketCount);
            wire.U64(counter.ByteCount);
        }
    }
}
