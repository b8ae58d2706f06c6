namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Every header view, at every place where it could be read.</summary>
internal sealed class WireViews : IFuzzTarget
{
    public long MaxAllocatedSize => 0;

    public IEnumerable<byte[]> Samples => SampleFrames.All().Select(s => s.Bytes);

    public void Run(byte[] input) => AllViews.Touch(input);
}
