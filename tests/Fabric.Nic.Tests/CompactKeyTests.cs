using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Properties CB1 and CB2 of <see cref="CompactKey"/>.</summary>
public sealed class CompactKeyTests
{
    private const uint InPort = 0x0102_0304;
    private readonly FramePool _pool = new(16);

    [Fact]
    public void What_is_read_from_a_frame_is_what_its_key_gives_and_stands_for_that_key()
    {
        var random = Seeded.Random();
        var (read, made) = (0, 0);
        for (var step = 0; step < 200_000; step++)
        {
            var frame = RandomFrame(random);
            frame.Metadata.Reset(InPort);
            var key = new FlowKey();
            FlowExtractor.Extract(frame, ref key);
            var note = $"step {step}, {Seeded.Note}: {Convert.ToHexString(frame.Bytes)}";
            var isMade = CompactKey.TryMake(ref key, out var fromKey);
            var isRead = CompactKey.TryRead(frame, InPort, out var fromFrame);
            Assert.True(!isRead || (isMade && fromFrame == fromKey), $"CB2, {note}");
            if (isMade) AssertStandsFor(fromKey, ref key, note);
            if (isRead) read++;
            if (isMade) made++;
            _pool.Return(frame);
        }

        // Both answers must be common, or the test would show nothing.
        Assert.InRange(read, 20_000, 180_000);
        Assert.InRange(made, read + 1_000, 180_000);
    }

    [Fact]
    public void Every_bit_of_the_base_sections_either_shows_in_the_compact_form_or_has_no_compact_form()
    {
        var random = Seeded.Random();
        for (var round = 0; round < 200; round++)
        {
            var key = Keys.Udp(InPort, (uint)random.Next(), (uint)random.Next(), (ushort)random.Next(), (ushort)random.Next());
            if (round % 3 == 1) (key.NwProto, key.TcpFlags) = (IpProtocol.Tcp, (ushort)random.Next(0x1000));
            if (round % 3 == 2) key.NwProto = IpProtocol.Icmp;
            Assert.True(CompactKey.TryMake(ref key, out var before));
            for (var bit = 0; bit < 2 * FlowKey.SectionSize * 8; bit++)
            {
                var flipped = key;
                FlowKey.MatchBytes(ref flipped)[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(!CompactKey.TryMake(ref flipped, out var after) || after != before, $"CB1, bit {bit}, {Seeded.Note}");
            }
        }
    }

    private static void AssertStandsFor(Vector256<byte> compact, ref FlowKey key, string note)
    {
        var back = new FlowKey();
        CompactKey.Expand(compact, ref back);
        Assert.True(
            FlowKey.Section(ref back, 0) == FlowKey.Section(ref key, 0) && FlowKey.Section(ref back, 1) == FlowKey.Section(ref key, 1),
            $"CB1, {note}");
    }

    /// <summary>Mostly good frames, one field of which is often wrong: type, options, lengths, fragment bits, protocol, size.</summary>
    private Frame RandomFrame(Random random)
    {
        var frame = Frames.Udp(_pool, (uint)random.Next(), (uint)random.Next(), (ushort)random.Next(), (ushort)random.Next());
        var bytes = frame.Bytes;
        random.NextBytes(bytes[34..]);
        bytes[15] = (byte)random.Next(256);
        bytes[22] = (byte)random.Next(256);
        bytes[23] = (byte)(random.Next(4) switch { 0 => IpProtocol.Tcp, 1 => IpProtocol.Icmp, _ => IpProtocol.Udp });
        if (random.Next(2) == 0) bytes[46] = (byte)(random.Next(4, 9) << 4 | random.Next(16));
        switch (random.Next(8))
        {
            case 0: bytes[12 + random.Next(12)] = (byte)random.Next(256); break;
            case 1: bytes[17] = (byte)random.Next(64); break;
            case 2: bytes[20] = (byte)(1 << random.Next(8)); break;
            case 3: frame.Truncate(random.Next(0, Frames.Size + 1)); break;
        }

        return frame;
    }
}
