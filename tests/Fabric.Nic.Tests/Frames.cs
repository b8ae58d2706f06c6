using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>UDP over IPv4 frames with a number in the payload, by which a frame is known again.</summary>
internal static class Frames
{
    public const int Size = 64;

    public static Frame Udp(FramePool pool, uint source, uint destination, ushort sourcePort, ushort destinationPort, int number = 0)
    {
        Assert.True(pool.TryRent(Size, out var frame));
        var bytes = frame.Bytes;
        bytes.Clear();
        var (to, from) = (new MacAddress(0x0200_0000_0000UL | destination), new MacAddress(0x0200_0000_0000UL | source));
        new EthernetHeader(to, from, EtherType.Ipv4).Emit(bytes);
        bytes[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], Size - 14);
        bytes[22] = 64;
        bytes[23] = 17;
        new Ipv4Address(source).Write(bytes[26..]);
        new Ipv4Address(destination).Write(bytes[30..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[34..], sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[36..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[38..], Size - 34);
        BinaryPrimitives.WriteInt32BigEndian(bytes[60..], number);
        return frame;
    }

    /// <summary>The number that <see cref="Udp"/> wrote, found at the frame's end whatever headers it has now.</summary>
    public static int NumberOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes[^4..]);

    public static FrameBatch Batch(FramePool pool, params ReadOnlySpan<Frame> frames)
    {
        var batch = pool.RentBatch();
        foreach (var frame in frames) batch.Add(frame);
        return batch;
    }
}
