using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>One match that many rules' are put into in turn, each good until the next: near two kilobytes are too many for each.</summary>
internal sealed class MatchRoom
{
    private readonly Match _match = new();
    private MaskShape? _shape;

    public Match Put(MaskShape shape, ReadOnlySpan<ulong> words)
    {
        _shape?.Clear(_match);
        _shape = shape;
        shape.Fill(_match, words);
        return _match;
    }
}
