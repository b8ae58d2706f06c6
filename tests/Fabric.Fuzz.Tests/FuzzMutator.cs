using System.Buffers.Binary;

namespace Fabric.Fuzz.Tests;

/// <summary>Makes inputs from samples: bits flipped, bytes and lengths replaced, cut, grown, spliced. A function of its seed.</summary>
internal sealed class FuzzMutator(int seed, byte[][] samples)
{
    private const int MaxSize = 4000;

    /// <summary>Values at which length and count fields tend to break.</summary>
    private static readonly ushort[] Edges =
        [0, 1, 3, 4, 7, 8, 13, 14, 19, 20, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x7fff, 0x8000, 0xfffe, 0xffff];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        // One in sixteen knows nothing of the format.
        if (_random.Next(16) == 0)
        {
            var noise = new byte[_random.Next(200)];
            _random.NextBytes(noise);
            return noise;
        }

        var input = samples[_random.Next(samples.Length)].ToArray();
        for (var n = _random.Next(1, 6); n > 0; n--) input = Mutate(input);
        return input;
    }

    private byte[] Mutate(byte[] input)
    {
        if (input.Length == 0) return [(byte)_random.Next(256)];
        var at = _random.Next(input.Length);
        switch (_random.Next(8))
        {
            case 0:
                input[at] ^= (byte)(1 << _random.Next(8));
                return input;
            case 1:
                input[at] = (byte)_random.Next(256);
                return input;
            case 2:
                input[at] = (byte)Edges[_random.Next(Edges.Length)];
                return input;
            case 3:
                if (at + 2 <= input.Length) BinaryPrimitives.WriteUInt16BigEndian(input.AsSpan(at), Edges[_random.Next(Edges.Length)]);
                return input;
            case 4:
                return input[..at];
            case 5:
                return input[at..];
            case 6:
                var noise = new byte[_random.Next(1, 64)];
                _random.NextBytes(noise);
                return Bounded([.. input.AsSpan(0, at), .. noise, .. input.AsSpan(at)]);
            default:
                var other = samples[_random.Next(samples.Length)];
                return Bounded([.. input.AsSpan(0, at), .. other.AsSpan(_random.Next(other.Length))]);
        }
    }

    private static byte[] Bounded(byte[] input) => input.Length <= MaxSize ? input : input[..MaxSize];
}
