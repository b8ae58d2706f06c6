using System.Buffers.Binary;

namespace Fabric.Actors;

/// <summary>A capture in libpcap's first format, as dummy devices write and ovs-pcap(1) reads it.</summary>
internal sealed class PcapFile : IDisposable
{
    private const int HeaderSize = 24;
    private const int RecordHeaderSize = 16;

    private readonly FileStream _file;

    private PcapFile(FileStream file) => _file = file;

    /// <summary>Appends to the file, which gets its header if it is new. Null when it cannot be written.</summary>
    public static PcapFile? Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length == 0)
            {
                Span<byte> header = stackalloc byte[HeaderSize];
                header.Clear();
                BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
                BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
                BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
                BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 1518);
                BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
                file.Write(header);
            }

            return new PcapFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(ReadOnlySpan<byte> frame, long unixUs)
    {
        var record = new byte[RecordHeaderSize + frame.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(unixUs / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)(unixUs % 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12), (uint)frame.Length);
        frame.CopyTo(record.AsSpan(RecordHeaderSize));
        // One write, so that a reader finds whole records.
        _file.Write(record);
    }

    public void Dispose() => _file.Dispose();
}
