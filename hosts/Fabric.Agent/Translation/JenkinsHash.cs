using System.Buffers.Binary;
using System.Numerics;

namespace Fabric.Agent;

/// <summary>Bob Jenkins' lookup3, by which OVS chooses links and buckets (its <c>lib/jhash.c</c>).</summary>
internal static class JenkinsHash
{
    public static uint Of(ReadOnlySpan<byte> bytes, uint basis)
    {
        uint a, b, c;
        a = b = c = 0xdead_beef + (uint)bytes.Length + basis;
        for (; bytes.Length >= 12; bytes = bytes[12..])
        {
            a += Word(bytes);
            b += Word(bytes[4..]);
            c += Word(bytes[8..]);
            Mix(ref a, ref b, ref c);
        }

        if (bytes.Length == 0) return c;
        Span<byte> rest = stackalloc byte[12];
        rest.Clear();
        bytes.CopyTo(rest);
        a += Word(rest);
        b += Word(rest[4..]);
        c += Word(rest[8..]);
        Finish(ref a, ref b, ref c);
        return c;
    }

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - c) ^ BitOperations.RotateLeft(c, 4);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 6);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 8);
        b += a;
        a = (a - c) ^ BitOperations.RotateLeft(c, 16);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 19);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 4);
        b += a;
    }

    private static void Finish(ref uint a, ref uint b, ref uint c)
    {
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        c = (c ^ b) - BitOperations.RotateLeft(b, 24);
    }

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
