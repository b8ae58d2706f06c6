using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Makes requests small that have to wait: a match is near two kilobytes, of which a few words say something, and the many requests of one
/// program have few masks and few lists of actions among them.
/// </summary>
internal sealed class MatchPacker
{
    private static readonly Match Nothing = new();

    private readonly SharedActions _actions = new();
    private readonly ushort[] _indexes = new ushort[MaskShape.WordCount];
    private readonly ulong[] _bits = new ulong[MaskShape.WordCount];
    private readonly Match _match = new();
    private MaskShape? _unpacked;
    private readonly MaskShape?[] _shapes = new MaskShape?[64];

    /// <summary>The request without its match, and what <see cref="Unpack"/> needs to put it back.</summary>
    public (FlowMod Mod, MaskShape Shape, ulong[] Words) Pack(FlowMod mod)
    {
        var count = MaskShape.Scan(ref mod.Match.Mask, _indexes, _bits, out var hash);
        var indexes = _indexes.AsSpan(0, count);
        var bits = _bits.AsSpan(0, count);
        ref var shape = ref _shapes[hash % (uint)_shapes.Length];
        if (shape is null || shape.Hash != hash || !shape.Is(indexes, bits)) shape = MaskShape.Make(indexes, bits, hash);
        var words = new ulong[count];
        shape.Gather(ref mod.Match.Value, words);
        return (mod with { Match = Nothing, Actions = _actions.Share(mod.Actions) }, shape, words);
    }

    /// <summary>The request as it was. Its match is good until the next call: whoever keeps rules keeps them in words of his own.</summary>
    public FlowMod Unpack(FlowMod mod, MaskShape shape, ulong[] words)
    {
        _unpacked?.Clear(_match);
        _unpacked = shape;
        shape.Fill(_match, words);
        return mod with { Match = _match };
    }
}
