using System.Buffers.Binary;

namespace Fabric.Guest;

/// <summary>
/// Payload of an echo: magic, hash of the overlay's name, run id, sequence (4 bytes each, as far as the size allows), then a pattern that
/// depends on position and sequence.
/// </summary>
internal static class ProbePayload
{
    private const uint Magic = 0x4662_5047;
    private const int HeadSize = 16;

    public static void Write(Span<byte> payload, uint overlayHash, uint runId, uint sequence)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        WriteHead(head, overlayHash, runId, sequence);
        head[..Math.Min(HeadSize, payload.Length)].CopyTo(payload);
        for (var i = HeadSize; i < payload.Length; i++) payload[i] = (byte)(i + sequence);
    }

    public static bool IsIntact(ReadOnlySpan<byte> payload, uint overlayHash, uint runId, uint sequence)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        WriteHead(head, overlayHash, runId, sequence);
        if (!payload.StartsWith(head[..Math.Min(HeadSize, payload.Length)])) return false;
        for (var i = HeadSize; i < payload.Length; i++)
        {
            if (payload[i] != (byte)(i + sequence)) return false;
        }

        return true;
    }

    /// <summary>True, and counted as misdelivered, when the payload is a probe of another overlay.</summary>
    public static bool IsForeign(ReadOnlySpan<byte> payload, GuestCore core)
    {
        if (payload.Length < 8 || core.OverlayHash == 0 || BinaryPrimitives.ReadUInt32BigEndian(payload) != Magic) return false;
        var overlay = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]);
        if (overlay == 0 || overlay == core.OverlayHash) return false;
        core.Counters.Misdelivered++;
        if (payload.Length >= 12) core.Foreign.Add(BinaryPrimitives.ReadUInt32BigEndian(payload[8..]));
        return true;
    }

    private static void WriteHead(Span<byte> head, uint overlayHash, uint runId, uint sequence)
    {
        BinaryPrimitives.WriteUInt32BigEndian(head, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], overlayHash);
        BinaryPrimitives.WriteUInt32BigEndian(head[8..], runId);
        BinaryPrimitives.WriteUInt32BigEndian(head[12..], sequence);
    }
}
