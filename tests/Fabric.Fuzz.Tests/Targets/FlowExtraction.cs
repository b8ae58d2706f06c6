using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>
/// The flow key of any frame: the same whatever lies behind the frame in its buffer (E1 of <see cref="FlowExtractor"/>), whatever key is
/// reused (K4), and with exact sections (E4).
/// </summary>
internal sealed class FlowExtraction : IFuzzTarget
{
    private const int Beyond = 128;

    private readonly Frame _frame;
    private FlowKey _fresh;
    private FlowKey _reused;

    public FlowExtraction()
    {
        Invariant.Check(new FramePool(1).TryRent(0, out var frame) && frame is not null, "a pool of one lends one");
        _frame = frame;
    }

    public long MaxAllocatedSize => 0;

    public IEnumerable<byte[]> Samples => SampleFrames.All().Select(s => s.Bytes);

    public void Run(byte[] input)
    {
        var bytes = _frame.Reset(Math.Min(input.Length, _frame.Buffer.Length - Frame.HeadRoom - Beyond));
        input.AsSpan(0, bytes.Length).CopyTo(bytes);
        _frame.Metadata.InPort = 3;

        Surround(0x00);
        _fresh = default;
        FlowExtractor.Extract(_frame, ref _fresh);
        Surround(0xff);
        FlowExtractor.Extract(_frame, ref _reused);
        Same("the key is of the frame's own bytes, also when reused");
        Invariant.Check(_fresh.Sections == _reused.Sections, "and so are its sections");
        _reused.Normalize();
        Invariant.Check(_fresh.Sections == _reused.Sections, "the sections are exact");
    }

    private void Same(string claim) =>
        Invariant.Check(FlowKey.MatchBytes(ref _fresh).SequenceEqual(FlowKey.MatchBytes(ref _reused)), claim);

    /// <summary>Fills what lies before and behind the frame.</summary>
    private void Surround(byte value)
    {
        _frame.Buffer.AsSpan(0, _frame.Offset).Fill(value);
        _frame.Buffer.AsSpan(_frame.Offset + _frame.Length, Beyond).Fill(value);
    }
}
