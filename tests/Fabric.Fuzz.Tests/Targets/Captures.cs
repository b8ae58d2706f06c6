using Fabric.Wire;

namespace Fabric.Fuzz.Tests.Targets;

/// <summary>Capture files from anywhere. Memory follows the bytes that are there, not the sizes they announce.</summary>
internal sealed class Captures : IFuzzTarget
{
    public long MaxAllocatedSize => 64 << 10;

    public IEnumerable<byte[]> Samples
    {
        get
        {
            var stream = new MemoryStream();
            var writer = new PcapngWriter(stream);
            writer.AddInterface("server-1:vf3", PcapngLinkType.Ethernet);
            writer.AddInterface("node:underlay", PcapngLinkType.RawIp, 96);
            foreach (var (name, bytes) in SampleFrames.All().Take(4)) writer.WritePacket(0, 1_000_000_000, bytes, name);
            yield return stream.ToArray();
        }
    }

    public void Run(byte[] input)
    {
        var reader = new PcapngReader(new MemoryStream(input));
        while (reader.TryRead(out var packet)) Invariant.Check(packet.Data.Length <= input.Length, "a packet is no longer than its file");
    }
}
