using System.Buffers.Binary;

namespace Fabric.Agent.Tests;

public class PrefixTrieTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Lengths_equal_those_of_comparing_every_prefix_and_bits_told_of_are_enough_TR1(int size)
    {
        var random = new Random(TestSeed.Value);
        var trie = new PrefixTrie();
        var prefixes = new List<(byte[] Value, int Length)>();
        Span<byte> value = stackalloc byte[size];
        for (var operation = 0; operation < 40_000; operation++)
        {
            if (random.Next(10) == 0 && prefixes.Count < 50)
            {
                var length = random.Next(1, size * 8 + 1);
                var added = Random(random, size);
                for (var bit = length; bit < size * 8; bit++) added[bit / 8] &= (byte)~(0x80 >> bit % 8);
                prefixes.Add((added, length));
                trie.Add(added, length);
            }
            else if (random.Next(10) == 0 && prefixes.Count > 0)
            {
                var at = random.Next(prefixes.Count);
                trie.Remove(prefixes[at].Value, prefixes[at].Length);
                prefixes.RemoveAt(at);
            }

            Random(random, size).CopyTo(value);
            UInt128 lengths = 0;
            var bits = trie.Lookup(value, ref lengths);
            Assert.True(lengths == Naive(prefixes, value), $"{TestSeed.Text}, operation {operation}");
            if (bits == size * 8) continue;
            var flipped = random.Next(bits, size * 8);
            value[flipped / 8] ^= (byte)(0x80 >> flipped % 8);
            UInt128 again = 0;
            Assert.True(trie.Lookup(value, ref again) == bits && again == lengths, $"{TestSeed.Text}, operation {operation}");
        }

        foreach (var (prefix, length) in prefixes) trie.Remove(prefix, length);
        Assert.True(trie.IsEmpty);
    }

    private static UInt128 Naive(List<(byte[] Value, int Length)> prefixes, ReadOnlySpan<byte> value)
    {
        UInt128 lengths = 0;
        foreach (var (prefix, length) in prefixes)
        {
            var isEqual = true;
            for (var bit = 0; bit < length; bit++) isEqual &= ((prefix[bit / 8] ^ value[bit / 8]) & 0x80 >> bit % 8) == 0;
            if (isEqual) lengths |= UInt128.One << (128 - length);
        }

        return lengths;
    }

    /// <summary>Mostly zeros, so that prefixes share their beginnings.</summary>
    private static byte[] Random(Random random, int size)
    {
        var value = new byte[size];
        for (var i = 0; i < 2; i++) value[random.Next(size)] |= (byte)(1 << random.Next(8));
        if (random.Next(3) == 0) BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(size - 4), (uint)random.Next());
        return value;
    }
}
