using Fabric.Flow;

namespace Fabric.Datapath.Tests;

/// <summary>Properties M1 to M6 of <see cref="MaskedFlowTable{T}"/>.</summary>
public sealed class MaskedFlowTableTests
{
    private sealed class Entry(Ufid ufid, FlowKey key, FlowMask mask) : MaskedFlow(ufid)
    {
        public FlowKey Key = key;
        public FlowMask Mask = mask;
    }

    [Fact]
    public void A_table_answers_like_a_list_of_keys_and_masks_searched_linearly()
    {
        const int Operations = 100_000, MaxFlows = 150, MaxMasks = 12;
        var random = Seeds.Random(10);
        var table = new MaskedFlowTable<Entry>(7, MaxFlows, MaxMasks);
        var twin = new List<Entry>();
        var masks = Enumerable.Range(0, 16).Select(_ => RandomMask(random)).ToArray();
        ulong next = 1;

        for (var i = 0; i < Operations; i++)
        {
            var note = $"{Seeds.Note} operation {i}";
            // Few values per field, so that keys meet.
            var key = RandomKey(random);
            // Phases of growth and of decline, so that tables also shrink.
            var isGrowing = i / 5_000 % 2 == 0;
            switch (random.Next(10))
            {
                case 0 when isGrowing || random.Next(4) == 0:
                    var mask = masks[random.Next(masks.Length)];
                    var ufid = random.Next(20) == 0 && twin.Count > 0 ? twin[random.Next(twin.Count)].Ufid : new Ufid(next, next++);
                    FlowMask.Apply(ref mask, ref key, out var masked);
                    var entry = new Entry(ufid, masked, mask);
                    var expected = Refusal(twin, entry, MaxFlows, MaxMasks);
                    Assert.True(expected == table.TryInsert(ref key, ref mask, entry), $"{note}: {expected} expected");
                    if (expected == FlowTableRefusal.None) twin.Add(entry);
                    break;
                case 1 when !isGrowing || random.Next(4) == 0:
                    var victim = random.Next(3) > 0 && twin.Count > 0 ? twin[random.Next(twin.Count)].Ufid : new Ufid(0, 0);
                    var known = twin.Find(e => e.Ufid == victim);
                    Assert.True(known is not null == table.TryRemove(victim, out var removed) && ReferenceEquals(known, removed), note);
                    if (known is not null) twin.Remove(known);
                    break;
                case 2:
                    var some = twin.Count > 0 ? twin[random.Next(twin.Count)] : null;
                    if (some is null) break;
                    Assert.True(table.TryGet(some.Ufid, out var byUfid) && ReferenceEquals(byUfid, some), note);
                    Assert.True(table.TryGet(ref some.Key, ref some.Mask, out var byMatch) && ReferenceEquals(byMatch, some), note);
                    Assert.True(table.TryGetMatch(some.Ufid, out var k, out var m) && k.Equals(some.Key) && m.Equals(some.Mask), note);
                    break;
                case 3 or 4:
                    LookTogether(random, table, twin, note);
                    break;
                default:
                    var found = table.Lookup(ref key, out var probes);
                    var matches = twin.FindAll(e => FlowMask.Matches(ref e.Mask, ref key, ref e.Key));
                    Assert.True(found is null ? matches.Count == 0 : matches.Contains(found), $"{note}: {matches.Count} flows match");
                    Assert.True(probes <= table.MaskCount && (found is not null || probes == table.MaskCount), note);
                    break;
            }

            Assert.True(twin.Count == table.Count, note);
            if (i % 100 == 0) Assert.True(twin.Select(e => e.Mask).Distinct().Count() == table.MaskCount, note);
        }

        Assert.Equal(twin.Count, table.Masks.Sum(mask => mask.FlowCount));
        Assert.Equal(twin.Count, Enumerable.Range(0, table.Count).Select(i => table[i]).Distinct().Count());
    }

    [Fact]
    public void Masks_in_use_move_to_the_front()
    {
        var table = new MaskedFlowTable<Entry>(1);
        for (var i = 0; i < 20; i++)
        {
            var mask = Prefix(i + 1);
            // All but the last differ from the wanted address in the first bit.
            var key = Address(i == 19 ? 19 << 8 : 0x8000_0000);
            Assert.Equal(FlowTableRefusal.None, table.TryInsert(ref key, ref mask, new Entry(new Ufid(0, (ulong)i), key, mask)));
        }

        var wanted = Address(19 << 8);
        table.Lookup(ref wanted, out var before);
        for (var i = 0; i < 10_000; i++) table.Lookup(ref wanted);
        table.Lookup(ref wanted, out var after);

        Assert.Equal(20, before);
        Assert.Equal(1, after);
    }

    [Fact]
    public void A_lookup_allocates_nothing()
    {
        var random = Seeds.Random(11);
        var table = new MaskedFlowTable<Entry>(7);
        var masks = Enumerable.Range(0, 8).Select(_ => RandomMask(random)).ToArray();
        for (var i = 0; i < 500; i++)
        {
            var key = RandomKey(random);
            table.TryInsert(ref key, ref masks[i % 8], new Entry(new Ufid(1, (ulong)i), key, masks[i % 8]));
        }

        var probe = RandomKey(random);
        for (var i = 0; i < 5_000; i++) table.Lookup(ref probe);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20_000; i++) table.Lookup(ref probe);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Looking_up_keys_together_allocates_nothing()
    {
        var random = Seeds.Random(12);
        var table = new MaskedFlowTable<Entry>(7);
        for (var i = 0; i < 500; i++)
        {
            var (key, mask) = (RandomKey(random), RandomMask(random));
            table.TryInsert(ref key, ref mask, new Entry(new Ufid(1, (ulong)i), key, mask));
        }

        var keys = Enumerable.Range(0, 64).Select(_ => RandomKey(random)).ToArray();
        var found = new Entry?[64];
        for (var i = 0; i < 200; i++) table.Lookup(keys, found, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) table.Lookup(keys, found, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Property M6.</summary>
    private static void LookTogether(Random random, MaskedFlowTable<Entry> table, List<Entry> twin, string note)
    {
        var keys = Enumerable.Range(0, random.Next(1, MaskedFlowTable<Entry>.MaxBatch + 1)).Select(_ => RandomKey(random)).ToArray();
        var found = new Entry?[keys.Length];
        Array.Fill(found, new Entry(default, default, default));
        var (lookups, hits, masked) = (table.Lookups, table.Hits, table.MaskProbes);

        table.Lookup(keys, found, out var probes);

        for (var i = 0; i < keys.Length; i++)
        {
            var matches = twin.FindAll(e => FlowMask.Matches(ref e.Mask, ref keys[i], ref e.Key));
            Assert.True(found[i] is { } one ? matches.Contains(one) : matches.Count == 0, $"{note}: key {i} of {keys.Length}");
        }

        Assert.True(table.Lookups == lookups + keys.Length && table.MaskProbes == masked + probes, note);
        Assert.True(table.Hits == hits + found.Count(e => e is not null), note);
        Assert.True(probes <= (long)keys.Length * table.MaskCount, note);
        // Masks change places only between lookups, so a key that none matches has tried each.
        Assert.True(probes >= (long)found.Count(e => e is null) * table.MaskCount, note);
    }

    private static FlowTableRefusal Refusal(List<Entry> twin, Entry entry, int maxFlows, int maxMasks)
    {
        if (twin.Exists(e => e.Ufid == entry.Ufid)) return FlowTableRefusal.SameUfid;
        if (twin.Exists(e => e.Mask.Equals(entry.Mask) && e.Key.Equals(entry.Key))) return FlowTableRefusal.SameMatch;
        if (twin.Count >= maxFlows) return FlowTableRefusal.FlowLimit;
        if (twin.TrueForAll(e => !e.Mask.Equals(entry.Mask)) && twin.Select(e => e.Mask).Distinct().Count() >= maxMasks)
            return FlowTableRefusal.MaskLimit;
        return FlowTableRefusal.None;
    }

    private static FlowKey RandomKey(Random random)
    {
        var key = default(FlowKey);
        key.InPort = new OdpPort((uint)random.Next(3));
        key.EthType = 0x0800;
        key.NwProto = (byte)random.Next(3);
        key.NwSource = new Wire.Ipv4Address((uint)random.Next(4) << 30 | (uint)random.Next(4));
        key.NwDestination = new Wire.Ipv4Address((uint)random.Next(4) << 8);
        key.TpDestination = (ushort)random.Next(4);
        if (random.Next(2) == 0) key.TunnelId = (ulong)random.Next(3);
        if (random.Next(2) == 0) key.Ipv6Destination = new Wire.Ipv6Address((ulong)random.Next(2), (ulong)random.Next(2));
        if (random.Next(4) == 0) FlowKey.Section(ref key, 9) = System.Runtime.Intrinsics.Vector256.Create((byte)random.Next(2));
        key.Normalize();
        return key;
    }

    private static FlowMask RandomMask(Random random)
    {
        var mask = default(FlowMask);
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        if (random.Next(2) == 0) mask.Bits.NwProto = 0xff;
        if (random.Next(2) == 0) mask.Bits.NwSource = new Wire.Ipv4Address(uint.MaxValue << random.Next(32));
        if (random.Next(2) == 0) mask.Bits.NwDestination = new Wire.Ipv4Address(uint.MaxValue);
        if (random.Next(2) == 0) mask.Bits.TpDestination = 0xffff;
        if (random.Next(3) == 0) mask.Bits.TunnelId = ulong.MaxValue;
        if (random.Next(3) == 0) mask.Bits.Ipv6Destination = new Wire.Ipv6Address(ulong.MaxValue, ulong.MaxValue);
        if (random.Next(5) == 0) FlowKey.Section(ref mask.Bits, 9) = System.Runtime.Intrinsics.Vector256.Create((byte)0xff);
        mask.Bits.Normalize();
        return mask;
    }

    private static FlowMask Prefix(int length)
    {
        var mask = default(FlowMask);
        mask.Bits.NwSource = new Wire.Ipv4Address(uint.MaxValue << (32 - length));
        mask.Bits.Normalize();
        return mask;
    }

    private static FlowKey Address(uint address)
    {
        var key = default(FlowKey);
        key.NwSource = new Wire.Ipv4Address(address);
        key.Normalize();
        return key;
    }
}
