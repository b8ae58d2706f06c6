using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The part of a subtable's mask that lies in one stage. Hashes go on from those of the stages before, so they stand for all bits so far.
/// </summary>
internal sealed class SubtableStage(int stage, ushort[] indexes, ulong[] bits, byte[] positions)
{
    /// <summary>0 to 3; <see cref="ClassifierStages"/>.</summary>
    public int Stage { get; } = stage;

    /// <summary>Hashes that rules have so far; unused in the last stage of a subtable.</summary>
    public HashCounts Hashes { get; } = new();

    public static List<SubtableStage> Cut(MaskShape shape)
    {
        var stages = new List<SubtableStage>();
        for (var stage = 0; stage < ClassifierStages.Count; stage++)
        {
            var positions = Enumerable.Range(0, shape.Count)
                .Where(i => (shape.Bits[i] & ClassifierStages.WordOf(stage, shape.Indexes[i])) != 0).ToArray();
            if (positions.Length == 0) continue;
            stages.Add(new SubtableStage(stage, [.. positions.Select(i => shape.Indexes[i])],
                [.. positions.Select(i => shape.Bits[i] & ClassifierStages.WordOf(stage, shape.Indexes[i]))],
                [.. positions.Select(i => (byte)i)]));
        }

        return stages;
    }

    /// <summary>Goes on with a hash of a packet.</summary>
    public ulong Hash(ref OpenFlowKey key, ulong basis)
    {
        for (var i = 0; i < bits.Length; i++) basis = MaskShape.Mix(basis, MaskShape.Word(ref key, indexes[i]) & bits[i]);
        return basis;
    }

    /// <summary>Goes on with a hash of a rule.</summary>
    public ulong Hash(ReadOnlySpan<ulong> words, ulong basis)
    {
        for (var i = 0; i < bits.Length; i++) basis = MaskShape.Mix(basis, words[positions[i]] & bits[i]);
        return basis;
    }

    public void Unite(ref OpenFlowKey consulted)
    {
        for (var i = 0; i < bits.Length; i++) MaskShape.Word(ref consulted, indexes[i]) |= bits[i];
    }
}
