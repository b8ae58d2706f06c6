using Fabric.Wire;

namespace Fabric.Flow.Tests;

public class FlowMaskTests
{
    /// <summary>Any bits at all, not only those that a translation would choose.</summary>
    private static FlowMask RandomMask(Random random)
    {
        var mask = default(FlowMask);
        var bytes = FlowKey.MatchBytes(ref mask.Bits);
        for (var i = random.Next(40); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        for (var i = random.Next(40); i > 0; i--) bytes[random.Next(100)] = (byte)random.Next(256);
        mask.Bits.Normalize();
        return mask;
    }

    [Fact]
    public void A_match_gives_back_the_mask_and_the_key_under_it()
    {
        var random = Seeds.New(8);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 1_000; round++)
        {
            flows.Key(out var key);
            var mask = RandomMask(random);
            FlowMask.Apply(ref mask, ref key, out var masked);
            new FlowMatch(ref key, ref mask).Get(out var sameKey, out var sameMask);
            Assert.True(sameMask.Equals(mask), Seeds.Where(round));
            Assert.True(FlowKey.MatchBytes(ref masked).SequenceEqual(FlowKey.MatchBytes(ref sameKey)), Seeds.Where(round));
            Assert.Equal(Ufid.Of(ref masked, ref mask), Ufid.Of(ref sameKey, ref sameMask));
        }
    }

    [Fact]
    public void Flipping_a_wildcarded_bit_keeps_a_match_and_flipping_a_matched_bit_breaks_it()
    {
        var random = Seeds.New(7);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 60; round++)
        {
            flows.Key(out var key);
            var mask = RandomMask(random);
            FlowMask.Apply(ref mask, ref key, out var masked);
            Assert.True(FlowMask.Matches(ref mask, ref key, ref masked), Seeds.Where(round));
            var hash = FlowKey.HashMasked(ref key, ref mask, 5);
            for (var bit = 0; bit < FlowKey.MatchSize * 8; bit++)
            {
                var flipped = key;
                FlowKey.MatchBytes(ref flipped)[bit / 8] ^= (byte)(1 << (bit % 8));
                flipped.Normalize();
                var isMatched = (FlowKey.MatchBytes(ref mask.Bits)[bit / 8] >> (bit % 8) & 1) != 0;
                var where = $"{Seeds.Where(round)}, bit {bit}";
                Assert.True(isMatched != FlowMask.Matches(ref mask, ref flipped, ref masked), where);
                if (!isMatched) Assert.True(hash == FlowKey.HashMasked(ref flipped, ref mask, 5), where);
            }
        }
    }

    [Fact]
    public void The_masked_hash_is_the_same_for_a_key_and_its_masked_form()
    {
        var random = Seeds.New(8);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 5000; round++)
        {
            flows.Key(out var key);
            var mask = RandomMask(random);
            FlowMask.Apply(ref mask, ref key, out var masked);
            Assert.True(FlowKey.HashMasked(ref key, ref mask, 9) == FlowKey.HashMasked(ref masked, ref mask, 9), Seeds.Where(round));
        }
    }

    [Fact]
    public void K2_Every_section_that_is_not_marked_is_zero_after_masking_and_extraction()
    {
        var random = Seeds.New(9);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 2000; round++)
        {
            flows.Next(out var key, out var mask);
            FlowMask.Apply(ref mask, ref key, out var masked);
            foreach (var candidate in (FlowKey[])[key, masked, mask.Bits])
            {
                var copy = candidate;
                copy.Normalize();
                Assert.True((copy.Sections & ~candidate.Sections & ~FlowSections.Base) == 0, Seeds.Where(round));
            }
        }
    }

    [Fact]
    public void The_mask_of_a_packet_tells_it_from_every_packet_of_its_shape_and_covers_its_fields()
    {
        var random = Seeds.New(10);
        var flows = new RandomFlows(random);
        for (var round = 0; round < 600; round++)
        {
            flows.Key(out var key);
            var mask = FlowMask.ForPacket(ref key);
            // Nothing that the packet has may be wildcarded, or two different packets would share an exact flow.
            FlowMask.Apply(ref mask, ref key, out var masked);
            masked.Normalize();
            Assert.True(key.Equals(masked), $"{Seeds.Where(round)}: {FlowText.Format(ref key)}");
            Assert.True(FlowMask.Exact.Covers(ref mask) && mask.Covers(ref mask), Seeds.Where(round));
        }
    }

    [Fact]
    public void Later_fragments_and_other_kinds_of_packets_do_not_match_fields_they_lack()
    {
        var fragment = default(FlowKey);
        fragment.EthType = EtherType.Ipv4;
        fragment.NwProto = IpProtocol.Tcp;
        fragment.NwFragment = FragmentBits.Any | FragmentBits.Later;
        fragment.Normalize();
        var mask = FlowMask.ForPacket(ref fragment);
        foreach (var field in (FlowField[])[FlowFields.TcpSource, FlowFields.TcpFlags, FlowFields.Ipv6Source, FlowFields.ArpTargetHardware])
            Assert.True(mask.IsWildcarded(field), field.Name);
        foreach (var field in (FlowField[])[FlowFields.NwFragment, FlowFields.VlanTci, FlowFields.NwProto])
            Assert.True(mask.IsExact(field), field.Name);
    }

    [Fact]
    public void Flow_identifiers_depend_on_every_bit_of_key_and_mask_and_on_nothing_else()
    {
        var random = Seeds.New(11);
        var flows = new RandomFlows(random);
        var seen = new HashSet<Ufid>();
        for (var round = 0; round < 200; round++)
        {
            flows.Next(out var key, out var mask);
            var ufid = Ufid.Of(ref key, ref mask);
            var spread = key;
            spread.Sections = FlowSections.All;
            Assert.Equal(ufid, Ufid.Of(ref spread, ref mask));
            seen.Clear();
            seen.Add(ufid);
            for (var flips = 0; flips < 200; flips++)
            {
                var (otherKey, otherMask) = (key, mask);
                var bit = 1 << random.Next(8);
                if (random.Next(2) == 0) FlowKey.MatchBytes(ref otherKey)[random.Next(FlowKey.MatchSize)] ^= (byte)bit;
                else FlowKey.MatchBytes(ref otherMask.Bits)[random.Next(FlowKey.MatchSize)] ^= (byte)bit;
                otherKey.Normalize();
                otherMask.Bits.Normalize();
                Assert.NotEqual(ufid, Ufid.Of(ref otherKey, ref otherMask));
            }
        }

        // The same on every machine and in every version, because hosts and their NICs exchange it.
        var empty = default(FlowKey);
        var none = default(FlowMask);
        Assert.Equal("e6a8ea33-60c5-5a22-c4f2-919f971fbf9f", Ufid.Of(ref empty, ref none).ToString());
    }

    [Fact]
    public void Prefixes_take_the_highest_bits()
    {
        foreach (var field in FlowFields.All)
        {
            for (var length = 0; length <= field.Width; length++)
            {
                var mask = default(FlowMask);
                field.SetMaskPrefix(ref mask, length);
                var bits = field.Read(ref mask);
                Assert.Equal(length, (int)UInt128.PopCount(bits));
                Assert.Equal(field.MaxValue, bits | (field.MaxValue >> length));
                Assert.Equal(length == field.Width, mask.IsExact(field));
                Assert.Equal(length == 0, mask.IsWildcarded(field));
            }
        }
    }
}
