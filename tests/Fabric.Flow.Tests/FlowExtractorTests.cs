using Fabric.Wire;

namespace Fabric.Flow.Tests;

public class FlowExtractorTests
{
    private readonly FramePool _pool = new(8);

    private Frame Load(ReadOnlySpan<byte> bytes, in PacketMetadata metadata)
    {
        Assert.True(_pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        frame.Metadata = metadata;
        return frame;
    }

    private static FlowKey Extract(Frame frame)
    {
        var key = default(FlowKey);
        FlowExtractor.Extract(frame, ref key);
        return key;
    }

    private static void AssertSame(FlowKey expected, FlowKey actual, string where)
    {
        Assert.True(FlowKey.MatchBytes(ref expected).SequenceEqual(FlowKey.MatchBytes(ref actual)),
            $"{where}\nexpected {FlowText.Format(ref expected)}\nactual   {FlowText.Format(ref actual)}");
        Assert.True(expected.Sections == actual.Sections, $"{where}: sections {expected.Sections} and {actual.Sections}");
    }

    [Fact]
    public void E1_E2_E3_E4_Every_prefix_of_a_frame_gives_the_key_that_the_plain_twin_gives()
    {
        var random = Seeds.New();
        var frames = new RandomFrames(random);
        var metadata = default(PacketMetadata);
        for (var round = 0; round < 400; round++)
        {
            var bytes = frames.Next();
            frames.Metadata(ref metadata);
            for (var length = 0; length <= bytes.Length; length++)
            {
                var part = bytes[..length];
                var frame = Load(part, metadata);
                AssertSame(PlainExtractor.Extract(part, metadata), Extract(frame), $"{Seeds.Where(round)}: {Convert.ToHexString(part)}");
                _pool.Return(frame);
            }
        }
    }

    [Fact]
    public void K3_K4_A_reused_key_equals_a_fresh_one()
    {
        var random = Seeds.New(1);
        var frames = new RandomFrames(random);
        var reused = default(FlowKey);
        var metadata = default(PacketMetadata);
        for (var round = 0; round < 5_000; round++)
        {
            frames.Metadata(ref metadata);
            var frame = Load(frames.Next(), metadata);
            FlowExtractor.Extract(frame, ref reused);
            var fresh = Extract(frame);
            AssertSame(fresh, reused, Seeds.Where(round));
            Assert.True(fresh.Equals(reused) && fresh.Hash(7) == reused.Hash(7), Seeds.Where(round));
            _pool.Return(frame);
        }
    }

    [Fact]
    public void A_plain_tcp_frame_uses_the_base_sections_only_and_reads_as_expected()
    {
        var bytes = Convert.FromHexString(
            "50540000000a50540000000b0800" + "45100028000040003f060000" + "0a0000010a000002" + "1f90c001" + "0000000000000000" + "5012"
                + "000000000000");
        var frame = Load(bytes, new PacketMetadata { InPort = 3 });
        var key = Extract(frame);
        Assert.Equal(FlowSections.Base, key.Sections);
        var mask = FlowMask.ForPacket(ref key);
        Assert.Equal(
            "in_port(3),eth(src=50:54:00:00:00:0b,dst=50:54:00:00:00:0a),eth_type(0x0800),"
            + "ipv4(src=10.0.0.1,dst=10.0.0.2,proto=6,tos=0x10,ttl=63,frag=no),tcp(src=8080,dst=49153),tcp_flags(syn|ack)",
            string.Join(',', FlowText.Format(ref key, ref mask).Split(',').SkipWhile(part =>
                !part.StartsWith("in_port", StringComparison.Ordinal))
                .Where(part => !part.StartsWith("skb", StringComparison.Ordinal) && !part.StartsWith("ct_", StringComparison.Ordinal))));
    }

    [Fact]
    public void Extraction_allocates_nothing()
    {
        var random = Seeds.New(2);
        var frames = new RandomFrames(random);
        var metadata = default(PacketMetadata);
        var loaded = new Frame[6];
        for (var i = 0; i < loaded.Length; i++)
        {
            frames.Metadata(ref metadata);
            loaded[i] = Load(frames.Next(), metadata);
        }

        var key = default(FlowKey);
        foreach (var frame in loaded) FlowExtractor.Extract(frame, ref key);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) FlowExtractor.Extract(loaded[i % loaded.Length], ref key);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
