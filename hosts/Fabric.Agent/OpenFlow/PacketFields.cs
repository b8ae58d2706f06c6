using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>What is known of a packet that a controller sends: its headers, and the pipeline fields that came along.</summary>
internal sealed class PacketFields
{
    /// <summary>Headers that matter to actions end well before this.</summary>
    private const int MaxHeaderSize = 512;

    private readonly FramePool _pool = new(capacity: 1);

    public Match Of(PacketOutMessage message)
    {
        var match = new Match { Value = message.PipelineFields.Value };
        var header = message.Data.Span[..Math.Min(message.Data.Size, MaxHeaderSize)];
        if (header.Length == 0 || !_pool.TryRent(header.Length, out var frame)) return match;
        header.CopyTo(frame.Bytes);
        var connection = match.Value.Packet.CtState;
        FlowExtractor.Extract(frame, ref match.Value.Packet);
        match.Value.Packet.CtState = connection;
        _pool.Return(frame);
        return match;
    }
}
