using System.Buffers.Binary;

namespace Fabric.Wire.Tests;

public class PcapngTests
{
    private const long Time = 1_795_000_000_123_456_789;

    [Fact]
    public void What_is_written_is_read_back()
    {
        var stream = new MemoryStream();
        var writer = new PcapngWriter(stream);
        Assert.Equal(0, writer.AddInterface("server-1:vf3", PcapngLinkType.Ethernet));
        Assert.Equal(1, writer.AddInterface("node:underlay", PcapngLinkType.RawIp, 96));
        writer.WritePacket(0, Time, [1, 2, 3, 4, 5], "tier=L1");
        writer.WritePacket(1, Time + 1, [6, 7, 8, 9], originalLength: 1500);
        writer.WritePacket(0, Time + 2, [], "é");

        stream.Position = 0;
        var reader = new PcapngReader(stream);
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(new PcapngInterface("server-1:vf3", PcapngLinkType.Ethernet, 0, 1_000_000_000), reader.Interfaces[packet.Interface]);
        Assert.Equal((Time, 5, "0102030405", "tier=L1"),
            (packet.TimestampNs, packet.OriginalLength, Convert.ToHexString(packet.Data), packet.Comment));
        Assert.True(reader.TryRead(out packet));
        Assert.Equal((1, Time + 1, 1500, "06070809", null),
            (packet.Interface, packet.TimestampNs, packet.OriginalLength, Convert.ToHexString(packet.Data), packet.Comment));
        Assert.True(reader.TryRead(out packet));
        Assert.Equal((0, "é"), (packet.Data.Length, packet.Comment));
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Error);
    }

    [Fact]
    public void A_capture_of_the_other_byte_order_with_microseconds_and_unknown_blocks_is_read()
    {
        var stream = new MemoryStream();
        Big(stream, 0x0a0d_0d0a, 0x1a2b_3c4d, 0x0001_0000, uint.MaxValue, uint.MaxValue);
        Big(stream, 0x0bad, 1, 2, 3);
        Big(stream, 1, 0x0001_0000, 0);
        Big(stream, 6, 0, 0, 1_500_000, 2, 2, 0xaabb_0000);
        Big(stream, 3, 4, 0x0102_0304);
        stream.Position = 0;

        var reader = new PcapngReader(stream);
        Assert.True(reader.TryRead(out var packet), reader.Error);
        Assert.Equal((1_500_000_000L, "AABB"), (packet.TimestampNs, Convert.ToHexString(packet.Data)));
        Assert.True(reader.TryRead(out packet), reader.Error);
        Assert.Equal("01020304", Convert.ToHexString(packet.Data));
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Error);
        Assert.Equal(1, reader.SkippedBlockCount);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("0A0D0D0A", "ends inside a block")]
    [InlineData("D4C3B2A1020004000000000000000000", "not a pcapng file")]
    [InlineData("0A0D0D0A1C00000001020304", "byte-order magic")]
    [InlineData("0A0D0D0AFFFFFF7F4D3C2B1A", "has a block of")]
    [InlineData("0A0D0D0A100000004D3C2B1A14000000", "two lengths differ")]
    public void A_file_that_is_none_says_why(string hex, string? why)
    {
        var reader = new PcapngReader(new MemoryStream(Convert.FromHexString(hex)));
        Assert.False(reader.TryRead(out _));
        if (why is null) Assert.Null(reader.Error);
        else Assert.Contains(why, reader.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_capture_cut_anywhere_gives_the_packets_before_the_cut()
    {
        var bytes = Sample();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new PcapngReader(new MemoryStream(bytes[..cut]));
            var packets = 0;
            while (reader.TryRead(out _)) packets++;
            Assert.InRange(packets, 0, 3);
            if (cut == bytes.Length) Assert.Equal(3, packets);
        }
    }

    [Fact]
    public void A_damaged_capture_never_throws()
    {
        var random = new Random(TestSeed.Value);
        var bytes = Sample();
        for (var i = 0; i < 5000; i++)
        {
            var copy = bytes.ToArray();
            for (var n = random.Next(1, 5); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            var reader = new PcapngReader(new MemoryStream(copy));
            var packets = 0;
            while (reader.TryRead(out _)) packets++;
            Assert.True(packets <= copy.Length / 16, TestSeed.Text);
        }
    }

    private static byte[] Sample()
    {
        var stream = new MemoryStream();
        var writer = new PcapngWriter(stream);
        writer.AddInterface("a", PcapngLinkType.Ethernet);
        for (var i = 0; i < 3; i++) writer.WritePacket(0, Time + i, new byte[20 + i], "comment");
        return stream.ToArray();
    }

    private static void Big(MemoryStream stream, uint type, params ReadOnlySpan<uint> words)
    {
        var bytes = new byte[12 + 4 * words.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, type);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)bytes.Length);
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + 4 * i), words[i]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), (uint)bytes.Length);
        stream.Write(bytes);
    }
}
