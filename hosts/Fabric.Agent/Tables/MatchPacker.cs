using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Makes requests small that have to wait: a match is near two kilobytes, of which a few words say something, and the many requests of one
/// program have few masks among them and, their matches left out, are few different ones.
/// </summary>
internal sealed class MatchPacker
{
    private const int SlotCount = 64;

    private static readonly Match Nothing = new();

    private readonly SharedActions _actions = new();
    private readonly ushort[] _indexes = new ushort[MaskShape.WordCount];
    private readonly ulong[] _bits = new ulong[MaskShape.WordCount];
    private readonly ulong[] _words = new ulong[MaskShape.WordCount];
    private readonly MatchRoom _room = new();
    private readonly MaskShape?[] _shapes = new MaskShape?[SlotCount];
    private readonly FlowMod?[] _mods = new FlowMod?[SlotCount];

    /// <summary>The request without its match, and what <see cref="Unpack"/> needs to put it back.</summary>
    /// <param name="words">Good until the next call.</param>
    public FlowMod Pack(FlowMod mod, out MaskShape shape, out ReadOnlySpan<ulong> words)
    {
        var count = MaskShape.Scan(ref mod.Match.Mask, _indexes, _bits, out var hash);
        var indexes = _indexes.AsSpan(0, count);
        var bits = _bits.AsSpan(0, count);
        ref var known = ref _shapes[hash % SlotCount];
        if (known is null || known.Hash != hash || !known.Is(indexes, bits)) known = MaskShape.Make(indexes, bits, hash);
        shape = known;
        shape.Gather(ref mod.Match.Value, _words);
        words = _words.AsSpan(0, count);
        return Share(mod with { Match = Nothing, Actions = _actions.Share(mod.Actions) });
    }

    /// <summary>The request as it was. Its match is good until the next call: whoever keeps rules keeps them in words of his own.</summary>
    public FlowMod Unpack(FlowMod mod, MaskShape shape, ReadOnlySpan<ulong> words) => mod with { Match = _room.Put(shape, words) };

    private FlowMod Share(FlowMod mod)
    {
        var hash = MaskShape.Mix(MaskShape.Mix(mod.Cookie, (ulong)mod.Actions.GetHashCode()), (ulong)mod.Priority << 8 | mod.Table);
        ref var known = ref _mods[hash % SlotCount];
        if (known is not null && known.Equals(mod)) return known;
        return known = mod;
    }
}
