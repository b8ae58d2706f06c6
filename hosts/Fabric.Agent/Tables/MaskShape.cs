using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// A mask as the list of its non-zero words (OVS: <c>struct minimask</c>). A typical rule has four to six words of the hundred-odd of the
/// key, so lists like these are what the classifier keeps, hashes and compares.
/// </summary>
internal sealed class MaskShape
{
    public const int WordCount = OpenFlowKey.Size / 8;

    /// <summary>Section 17 of the key holds no field.</summary>
    private const int UnmatchedSection = FlowKey.SectionCount;

    private MaskShape(ushort[] indexes, ulong[] bits, ulong hash) => (Indexes, Bits, Hash) = (indexes, bits, hash);

    /// <summary>Positions of the words in the key, rising.</summary>
    public ushort[] Indexes { get; }

    public ulong[] Bits { get; }

    public ulong Hash { get; }

    /// <summary>Words of a value under this mask.</summary>
    public int Count => Bits.Length;

    public static ref ulong Word(ref OpenFlowKey key, int index) => ref Unsafe.Add(ref Unsafe.As<OpenFlowKey, ulong>(ref key), index);

    /// <summary>Writes the non-zero words of a mask; returns how many. The spans hold <see cref="WordCount"/> each.</summary>
    public static int Scan(ref OpenFlowKey mask, Span<ushort> indexes, Span<ulong> bits, out ulong hash)
    {
        var count = 0;
        hash = 0x9e3779b97f4a7c15UL;
        for (var section = 0; section < OpenFlowKey.SectionCount; section++)
        {
            if (section == UnmatchedSection || OpenFlowKey.Section(ref mask, section) == Vector256<byte>.Zero) continue;
            for (var i = section * 4; i < section * 4 + 4; i++)
            {
                var word = Word(ref mask, i);
                if (word == 0) continue;
                (indexes[count], bits[count]) = ((ushort)i, word);
                count++;
                hash = Mix(Mix(hash, (ulong)i), word);
            }
        }

        return count;
    }

    public static MaskShape Make(ReadOnlySpan<ushort> indexes, ReadOnlySpan<ulong> bits, ulong hash) =>
        new(indexes.ToArray(), bits.ToArray(), hash);

    public static MaskShape Of(ref OpenFlowKey mask)
    {
        Span<ushort> indexes = stackalloc ushort[WordCount];
        Span<ulong> bits = stackalloc ulong[WordCount];
        var count = Scan(ref mask, indexes, bits, out var hash);
        return Make(indexes[..count], bits[..count], hash);
    }

    public bool Is(ReadOnlySpan<ushort> indexes, ReadOnlySpan<ulong> bits) =>
        Bits.AsSpan().SequenceEqual(bits) && Indexes.AsSpan().SequenceEqual(indexes);

    /// <summary>The words of a key under the mask.</summary>
    public void Gather(ref OpenFlowKey key, Span<ulong> words)
    {
        for (var i = 0; i < Bits.Length; i++) words[i] = Word(ref key, Indexes[i]) & Bits[i];
    }

    public bool Matches(ref OpenFlowKey key, ReadOnlySpan<ulong> words)
    {
        ulong difference = 0;
        for (var i = 0; i < Bits.Length; i++) difference |= (Word(ref key, Indexes[i]) & Bits[i]) ^ words[i];
        return difference == 0;
    }

    public void Unite(ref OpenFlowKey consulted)
    {
        for (var i = 0; i < Bits.Length; i++) Word(ref consulted, Indexes[i]) |= Bits[i];
    }

    /// <summary>Has this mask every bit of <paramref name="other"/>?</summary>
    public bool Includes(MaskShape other)
    {
        var mine = 0;
        for (var i = 0; i < other.Count; i++)
        {
            while (mine < Count && Indexes[mine] < other.Indexes[i]) mine++;
            if (mine == Count || Indexes[mine] != other.Indexes[i] || (other.Bits[i] & ~Bits[mine]) != 0) return false;
        }

        return true;
    }

    /// <summary>Do two values agree in the bits that both masks have?</summary>
    public bool Overlaps(ReadOnlySpan<ulong> words, MaskShape other, ReadOnlySpan<ulong> otherWords)
    {
        for (int mine = 0, theirs = 0; mine < Count && theirs < other.Count;)
        {
            if (Indexes[mine] < other.Indexes[theirs]) mine++;
            else if (Indexes[mine] > other.Indexes[theirs]) theirs++;
            else
            {
                if (((words[mine] ^ otherWords[theirs]) & Bits[mine] & other.Bits[theirs]) != 0) return false;
                mine++;
                theirs++;
            }
        }

        return true;
    }

    public Match ToMatch(ReadOnlySpan<ulong> words)
    {
        var match = new Match();
        Fill(match, words);
        return match;
    }

    /// <summary>Makes an empty match one with this mask.</summary>
    public void Fill(Match match, ReadOnlySpan<ulong> words)
    {
        for (var i = 0; i < Count; i++)
        {
            Word(ref match.Mask, Indexes[i]) = Bits[i];
            Word(ref match.Value, Indexes[i]) = words[i];
        }
    }

    /// <summary>Takes <see cref="Fill"/> back.</summary>
    public void Clear(Match match)
    {
        foreach (var index in Indexes) (Word(ref match.Mask, index), Word(ref match.Value, index)) = (0, 0);
    }

    /// <summary>Goes on with a hash. Both halves of the product count, so that the highest bytes of a word reach the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong hash, ulong word)
    {
        var high = Math.BigMul(BitOperations.RotateLeft(hash, 5) ^ word ^ 0x9e3779b97f4a7c15UL, 0xc2b2ae3d27d4eb4fUL, out var low);
        return high ^ low;
    }
}
