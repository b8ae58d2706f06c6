using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Bench.Nic;

/// <summary>The frames of lookup loads, for Fabric and for its peers: 60-byte UDP over IPv4, the flow in addresses and ports.</summary>
internal static class LoadFrames
{
    public const int Size = 60;

    public static void WriteTemplate(Span<byte> bytes)
    {
        bytes.Clear();
        new MacAddress(0x0200_0000_0002).Write(bytes);
        new MacAddress(0x0200_0000_0001).Write(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], 0x0800);
        bytes[14] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], Size - 14);
        bytes[22] = 64;
        bytes[23] = 17;
        new Ipv4Address(0x0a01_0002).Write(bytes[30..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[38..], Size - 34);
    }

    public static void Write(Span<byte> bytes, uint flow, int destinationPortCount)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes[26..], 0x0a00_0000 | (flow >> 8));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[34..], (ushort)(1_024 + (flow & 0xff)));
        var destinationPort = destinationPortCount == 1 ? 0 : flow % (uint)destinationPortCount;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[36..], (ushort)destinationPort);
    }

    /// <summary>One frame of each flow, in order, as a capture file that a peer replays.</summary>
    public static void WriteCapture(string path, int flowCount, int destinationPortCount)
    {
        using var file = new BinaryWriter(File.Create(path));
        ReadOnlySpan<uint> head = [0xa1b2_c3d4, 2 | 4 << 16, 0, 0, ushort.MaxValue, 1];
        foreach (var word in head) file.Write(word);
        Span<byte> frame = stackalloc byte[Size];
        WriteTemplate(frame);
        for (uint flow = 0; flow < flowCount; flow++)
        {
            Write(frame, flow, destinationPortCount);
            frame[24..26].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(frame[24..], InternetChecksum.Compute(frame[14..34]));
            ReadOnlySpan<uint> record = [0, flow, Size, Size];
            foreach (var word in record) file.Write(word);
            file.Write(frame);
        }
    }
}
