using System.Buffers.Binary;

namespace Fabric.Interop.Tests;

/// <summary>Reads what has been added to a capture file of a dummy device since the last time.</summary>
internal sealed class PcapTail(string path)
{
    private const int HeaderSize = 24, RecordHeaderSize = 16;

    private long _at = HeaderSize;

    public List<byte[]> Read()
    {
        var frames = new List<byte[]>();
        if (!File.Exists(path)) return frames;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var record = new byte[RecordHeaderSize];
        while (file.Length >= _at + RecordHeaderSize)
        {
            file.Position = _at;
            file.ReadExactly(record);
            var size = (int)BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(8));
            if (file.Length < _at + RecordHeaderSize + size) break;
            var frame = new byte[size];
            file.ReadExactly(frame);
            frames.Add(frame);
            _at += RecordHeaderSize + size;
        }

        return frames;
    }
}
