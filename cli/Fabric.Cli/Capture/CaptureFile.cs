using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Cli.Capture;

/// <summary>A pcapng file with an interface block per capture point; points that a pattern stood for get theirs with their first
/// frame.</summary>
internal sealed class CaptureFile
{
    private readonly PcapngWriter _writer;
    private readonly Dictionary<(string Point, bool RawIp), int> _interfaces = [];

    public CaptureFile(Stream stream, IEnumerable<string> points)
    {
        _writer = new PcapngWriter(stream);
        foreach (var point in points.Where(p => !p.Contains('*'))) InterfaceOf(point, IsUnderlay(point));
    }

    public long FrameCount { get; private set; }

    public void Write(CapturedFrame frame)
    {
        _writer.WritePacket(InterfaceOf(frame.Point, frame.IsRawIp), frame.TimestampUs * 1_000, frame.Bytes, frame.Comment,
            frame.OriginalLength);
        FrameCount++;
    }

    private static bool IsUnderlay(string point) => point.EndsWith(":underlay", StringComparison.Ordinal);

    private int InterfaceOf(string point, bool rawIp)
    {
        if (_interfaces.TryGetValue((point, rawIp), out var index)) return index;
        index = _writer.AddInterface(point, rawIp ? PcapngLinkType.RawIp : PcapngLinkType.Ethernet);
        _interfaces.Add((point, rawIp), index);
        return index;
    }
}
