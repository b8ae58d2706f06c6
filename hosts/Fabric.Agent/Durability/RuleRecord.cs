using System.Buffers.Binary;
using System.Numerics;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// One record of a rule log: size and CRC-32C of what follows (4 bytes each, little-endian), the bridge's row (16 bytes), and an OpenFlow
/// 1.5 message, or nothing: then the bridge is gone. A log is a heading and records; what a crash cut off at its end is not a record.
/// </summary>
public static class RuleRecord
{
    private const int HeaderSize = 8;
    private const int RowSize = 16;

    private static readonly byte[] Heading = [.. "FABRIC RULES 1\n"u8];

    /// <summary>The version that has all that a rule can say.</summary>
    public const OpenFlowVersion Version = OpenFlowVersion.V15;

    /// <summary>What a log begins with.</summary>
    public static ReadOnlySpan<byte> Begin => Heading;

    public static void Append(List<byte> log, Guid bridge, ReadOnlySpan<byte> message)
    {
        Span<byte> header = stackalloc byte[HeaderSize + RowSize];
        BinaryPrimitives.WriteInt32LittleEndian(header, RowSize + message.Length);
        bridge.TryWriteBytes(header[HeaderSize..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(Checksum(uint.MaxValue, header[HeaderSize..]), message));
        log.AddRange(header);
        log.AddRange(message);
    }

    /// <summary>Reads the record at <paramref name="at"/> and steps over it; false where there is no whole one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> log, ref int at, out Guid bridge, out ReadOnlySpan<byte> message)
    {
        bridge = default;
        message = default;
        if (log.Length - at < HeaderSize + RowSize) return false;
        var size = BinaryPrimitives.ReadInt32LittleEndian(log[at..]);
        if (size < RowSize || size > log.Length - at - HeaderSize) return false;
        var body = log.Slice(at + HeaderSize, size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(log[(at + 4)..]) != Checksum(uint.MaxValue, body)) return false;
        bridge = new Guid(body[..RowSize]);
        message = body[RowSize..];
        at += HeaderSize + size;
        return true;
    }

    private static uint Checksum(uint crc, ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        for (; at + 8 <= bytes.Length; at += 8) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        for (; at < bytes.Length; at++) crc = BitOperations.Crc32C(crc, bytes[at]);
        return crc;
    }
}
