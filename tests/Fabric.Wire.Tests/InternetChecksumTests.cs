using System.Buffers.Binary;

namespace Fabric.Wire.Tests;

public class InternetChecksumTests
{
    [Fact]
    public void The_example_of_RFC_1071_section_3_holds() =>
        Assert.Equal(unchecked((ushort)~0xddf2), InternetChecksum.Compute([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]));

    [Fact]
    public void The_example_of_RFC_1624_section_4_holds() =>
        Assert.Equal(0x0000, InternetChecksum.Update(0xdd2f, (ushort)0x5555, (ushort)0x3285));

    [Fact]
    public void It_equals_a_word_by_word_twin_at_every_length_and_alignment()
    {
        var random = new Random(TestSeed.Value);
        var bytes = new byte[600];
        for (var length = 0; length < 500; length++)
        {
            random.NextBytes(bytes);
            if (length % 7 == 0) bytes.AsSpan().Fill(0xff);
            var at = random.Next(60);
            var data = bytes.AsSpan(at, length);
            Assert.True(Naive(data) == InternetChecksum.Compute(data), $"length {length} at {at}, {TestSeed.Text}");
        }
    }

    [Fact]
    public void C1_data_with_its_own_checksum_sums_to_zero()
    {
        var random = new Random(TestSeed.Value);
        var bytes = new byte[128];
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), 0);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), InternetChecksum.Compute(bytes));
            Assert.True(InternetChecksum.Compute(bytes) == 0, $"round {i}, {TestSeed.Text}");
        }
    }

    [Fact]
    public void C2_an_incremental_update_equals_a_full_recomputation()
    {
        var random = new Random(TestSeed.Value);
        var bytes = new byte[64];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            if (i % 5 == 0) bytes.AsSpan(2).Clear();
            // A version field: the data is never all zero.
            bytes[0] = 0x45;
            var checksum = InternetChecksum.Compute(bytes);
            var size = 2 * random.Next(1, 9);
            var field = bytes.AsSpan(2 * random.Next(1, 20), size);
            var old = field.ToArray();
            random.NextBytes(field);
            if (i % 3 == 0) field.Clear();
            if (i % 11 == 0) field.Fill(0xff);

            var full = InternetChecksum.Compute(bytes);
            Assert.True(full == InternetChecksum.Update(checksum, old, field), $"field of {size}, round {i}, {TestSeed.Text}");
            if (size == 2) Assert.Equal(full, InternetChecksum.Update(checksum, U16(old), U16(field)));
            if (size == 4) Assert.Equal(full, InternetChecksum.Update(checksum, U32(old), U32(field)));
        }
    }

    [Fact]
    public void Partial_sums_of_even_parts_add_up()
    {
        var random = new Random(TestSeed.Value);
        var bytes = new byte[301];
        for (var i = 0; i < 200; i++)
        {
            random.NextBytes(bytes);
            var cut = 2 * random.Next(0, 150);
            var sum = InternetChecksum.Add(InternetChecksum.Sum(bytes.AsSpan(0, cut)), InternetChecksum.Sum(bytes.AsSpan(cut)));
            Assert.True(InternetChecksum.Compute(bytes) == InternetChecksum.Finish(sum), $"cut at {cut}, {TestSeed.Text}");
        }
    }

    [Fact]
    public void A_carry_out_of_64_bits_comes_round()
    {
        // All ones is zero in one's complement.
        var sum = InternetChecksum.Sum([0x12, 0x34, 0x56]);
        Assert.Equal(InternetChecksum.Finish(sum), InternetChecksum.Finish(InternetChecksum.Add(ulong.MaxValue, sum)));
    }

    [Fact]
    public void A_UDP_checksum_that_comes_out_as_zero_is_sent_as_all_ones()
    {
        Ipv4Address source = new(0x0a010001), destination = new(0x0a010002);
        var datagram = new byte[10];
        new UdpHeader(1, 2, 2).Emit(datagram);
        UdpHeader.FillChecksum(datagram, source, destination);
        // The data takes the place of the checksum, so nothing is left for the checksum to mend.
        datagram.AsSpan(6, 2).CopyTo(datagram.AsSpan(8));
        UdpHeader.FillChecksum(datagram, source, destination);
        Assert.True(UdpView.TryParse(datagram, out var view));
        Assert.Equal(0xffff, view.Checksum);
        Assert.True(view.IsChecksumCorrect(source, destination));
    }

    [Fact]
    public void Pseudo_headers_equal_their_bytes()
    {
        Ipv4Address v4 = new(0xc0a8_0001), other4 = new(0xc0a8_00c7);
        byte[] bytes4 = [0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7, 0, 17, 0x12, 0x34];
        Assert.Equal(Naive(bytes4), InternetChecksum.Finish(InternetChecksum.PseudoHeader(v4, other4, 17, 0x1234)));

        Ipv6Address v6 = Ipv6Address.Parse("2001:db8::1:2"), other6 = Ipv6Address.Parse("fe80::ffff:fffe");
        var bytes6 = new byte[40];
        v6.Write(bytes6);
        other6.Write(bytes6.AsSpan(16));
        bytes6[34] = 0x12;
        bytes6[35] = 0x34;
        bytes6[39] = 58;
        Assert.Equal(Naive(bytes6), InternetChecksum.Finish(InternetChecksum.PseudoHeader(v6, other6, 58, 0x1234)));
    }

    /// <summary>RFC 1071 section 4.1, word by word.</summary>
    private static ushort Naive(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
            if (sum > 0xffff) sum -= 0xffff;
        }

        return (ushort)~sum;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
