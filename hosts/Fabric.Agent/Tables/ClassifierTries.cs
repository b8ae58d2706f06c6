using System.Buffers.Binary;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The prefix tries of a classifier, at most three, and what one lookup has learned from them so far (OVS: <c>struct trie_ctx</c>,
/// <c>check_tries</c>). A subtable whose prefix length no rule has for this packet's address can be passed over, at the price of the bits
/// of the address that say so.
/// </summary>
internal sealed class ClassifierTries
{
    /// <summary>OVS <c>CLS_MAX_TRIES</c>.</summary>
    public const int MaxCount = 3;

    private readonly PrefixTrie[] _tries;
    private readonly bool[] _isDone;
    private readonly int[] _bits;
    private readonly UInt128[] _lengths;
    private readonly int[] _stages;

    public ClassifierTries(IEnumerable<OpenFlowField> fields)
    {
        Fields = [.. fields.Where(f => f.Size >= 4 && f.Width % 32 == 0 && f.Width <= 128 && f.Shift == 0).Distinct().Take(MaxCount)];
        _tries = [.. Fields.Select(_ => new PrefixTrie())];
        _isDone = new bool[Fields.Length];
        _bits = new int[Fields.Length];
        _lengths = new UInt128[Fields.Length];
        _stages = [.. Fields.Select(StageOf)];
    }

    public OpenFlowField[] Fields { get; }

    /// <summary>A new packet.</summary>
    public void Begin() => Array.Clear(_isDone);

    /// <summary>How long a prefix of each field the mask has; 0 for none, or for a mask that is no prefix.</summary>
    public void Measure(MaskShape shape, int[] lengths)
    {
        var mask = default(OpenFlowKey);
        shape.Unite(ref mask);
        for (var i = 0; i < Fields.Length; i++)
        {
            var field = Fields[i];
            var zeros = (int)UInt128.TrailingZeroCount(field.Get(ref mask));
            lengths[i] = field.Get(ref mask) == (field.AllOnes >> Math.Min(zeros, field.Width) << Math.Min(zeros, field.Width))
                ? Math.Max(0, field.Width - zeros) : 0;
        }
    }

    public void Add(Subtable subtable, ReadOnlySpan<ulong> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < Fields.Length; i++)
            if (subtable.TrieLengths[i] is var length and not 0) _tries[i].Add(Extract(i, subtable.Shape, words, bytes), length);
    }

    public void Remove(Subtable subtable, ReadOnlySpan<ulong> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < Fields.Length; i++)
            if (subtable.TrieLengths[i] is var length and not 0) _tries[i].Remove(Extract(i, subtable.Shape, words, bytes), length);
    }

    /// <summary>Can no rule of a subtable match that has prefixes of these lengths? Looks only at fields of this stage.</summary>
    public bool CanSkip(int[] lengths, int stage, ref OpenFlowKey key, ref OpenFlowKey consulted)
    {
        for (var i = 0; i < Fields.Length; i++)
        {
            if (lengths[i] == 0 || _stages[i] != stage) continue;
            if (!_isDone[i]) Look(i, ref key);
            if ((_lengths[i] >> (128 - lengths[i]) & 1) != 0) continue;
            // The trie is shared by all subtables, so its answer may need more bits than this subtable would have asked for.
            if (_bits[i] <= lengths[i])
            {
                SetPrefix(i, ref consulted);
                return true;
            }

            if (IsPrefixSet(i, ref consulted)) return true;
        }

        return false;
    }

    private void Look(int i, ref OpenFlowKey key)
    {
        _isDone[i] = true;
        if (MatchPrerequisites.AreMet(Fields[i].Prerequisite, ref key.Packet))
        {
            _lengths[i] = 0;
            _bits[i] = _tries[i].Lookup(Bytes(i, ref key), ref _lengths[i]);
        }
        else
        {
            _lengths[i] = UInt128.MaxValue;
        }
    }

    private void SetPrefix(int i, ref OpenFlowKey consulted)
    {
        var bytes = Bytes(i, ref consulted);
        for (var bit = 0; bit < _bits[i]; bit += 8)
            bytes[bit / 8] |= (byte)(0xff00 >> Math.Min(8, _bits[i] - bit));
    }

    private bool IsPrefixSet(int i, ref OpenFlowKey consulted)
    {
        var bytes = Bytes(i, ref consulted);
        for (var bit = 0; bit < _bits[i]; bit += 8)
        {
            var wanted = (byte)(0xff00 >> Math.Min(8, _bits[i] - bit));
            if ((bytes[bit / 8] & wanted) != wanted) return false;
        }

        return true;
    }

    /// <summary>The bytes of a field out of the words of a value.</summary>
    private Span<byte> Extract(int i, MaskShape shape, ReadOnlySpan<ulong> words, Span<byte> buffer)
    {
        var (start, size) = (Fields[i].Offset, Fields[i].Size);
        var bytes = buffer[..size];
        bytes.Clear();
        Span<byte> word = stackalloc byte[8];
        for (var position = 0; position < shape.Count; position++)
        {
            var at = shape.Indexes[position] * 8 - start;
            if (at <= -8 || at >= size) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(word, words[position]);
            var from = Math.Max(0, -at);
            word[from..Math.Min(8, size - at)].CopyTo(bytes[Math.Max(0, at)..]);
        }

        return bytes;
    }

    private Span<byte> Bytes(int i, ref OpenFlowKey key) => OpenFlowKey.AllBytes(ref key).Slice(Fields[i].Offset, Fields[i].Size);

    private static int StageOf(OpenFlowField field)
    {
        for (var stage = ClassifierStages.Count - 1; stage > 0; stage--)
            if (ClassifierStages.WordOf(stage, field.Offset / 8) is var word && (word >> (field.Offset % 8 * 8) & 0xff) != 0) return stage;
        return 0;
    }
}
