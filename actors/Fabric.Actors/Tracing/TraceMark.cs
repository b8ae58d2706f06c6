using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// The mark of a traced frame: sixteen bytes after the end of its packet, where Ethernet allows padding. It is carried by real packets,
/// inside real tunnels, and so finds its way to other nodes by itself. A trace id's low byte counts generations: the answer to a marked
/// frame is marked with one more.
/// </summary>
public static class TraceMark
{
    public const int Size = 16;

    private const ulong Magic = 0xfab7_c0de_7ace_f1d5;

    public static int GenerationOf(uint traceId) => (byte)traceId;

    public static uint BaseOf(uint traceId) => traceId & ~0xffu;

    /// <summary>The id of an answer to a frame with this id; generations end at 255.</summary>
    public static uint NextGeneration(uint traceId) => (byte)traceId == 0xff ? traceId : traceId + 1;

    /// <summary>Appends the mark and remembers it in <see cref="Frame.TraceId"/>; false when the frame has no room.</summary>
    public static bool TryPut(Frame frame, uint traceId)
    {
        if (!frame.TryExtend(Size, out var tail)) return false;
        BinaryPrimitives.WriteUInt64BigEndian(tail, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(tail[8..], traceId);
        BinaryPrimitives.WriteUInt32BigEndian(tail[12..], ~traceId);
        frame.TraceId = traceId;
        return true;
    }

    /// <summary>Sets <see cref="Frame.TraceId"/> if the frame carries a mark, with or without outer headers in front.</summary>
    public static void Recognise(Frame frame)
    {
        if (frame.TraceId != 0 || frame.Length < Size) return;
        var tail = frame.Bytes[^Size..];
        if (BinaryPrimitives.ReadUInt64BigEndian(tail) != Magic) return;
        var id = BinaryPrimitives.ReadUInt32BigEndian(tail[8..]);
        if (BinaryPrimitives.ReadUInt32BigEndian(tail[12..]) == ~id) frame.TraceId = id;
    }
}
