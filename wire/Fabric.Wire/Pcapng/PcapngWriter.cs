using System.Buffers;
using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// Writes a capture in the pcapng format (draft-ietf-opsawg-pcapng): one little-endian section, an interface description block per point of
/// capture, an enhanced packet block per packet with the comment that names its tier. Each block goes to the stream in one write, so a
/// capture that is cut off loses at most its last packet.
/// </summary>
public sealed class PcapngWriter
{
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _block = new(2048);
    private int _interfaceCount;

    /// <param name="stream">Stays the caller's to flush and close.</param>
    public PcapngWriter(Stream stream, string application = "Fabric")
    {
        _stream = stream;
        Begin(PcapngFormat.SectionHeader);
        Put32(PcapngFormat.ByteOrderMagic);
        Put16(1);
        Put16(0);
        // Section length -1: not known in advance.
        Put32(uint.MaxValue);
        Put32(uint.MaxValue);
        PutText(PcapngFormat.UserApplication, application);
        Put32(PcapngFormat.EndOfOptions);
        End();
    }

    /// <summary>Announces a point of capture and returns its number.</summary>
    public int AddInterface(string name, PcapngLinkType linkType, uint snapLength = 0)
    {
        Begin(PcapngFormat.InterfaceDescription);
        Put16((ushort)linkType);
        Put16(0);
        Put32(snapLength);
        PutText(PcapngFormat.InterfaceName, name);
        PutOption(PcapngFormat.TimestampResolution, [PcapngFormat.Nanoseconds]);
        Put32(PcapngFormat.EndOfOptions);
        End();
        return _interfaceCount++;
    }

    /// <param name="timestampNs">Since 1970.</param>
    /// <param name="originalLength">On the wire, when more than <paramref name="packet"/>.</param>
    public void WritePacket(int interfaceIndex, long timestampNs, ReadOnlySpan<byte> packet, string? comment = null, int originalLength = 0)
    {
        Invariant.Check((uint)interfaceIndex < (uint)_interfaceCount, "a packet belongs to an interface that was announced");
        Begin(PcapngFormat.EnhancedPacket);
        Put32((uint)interfaceIndex);
        Put32((uint)(timestampNs >> 32));
        Put32((uint)timestampNs);
        Put32((uint)packet.Length);
        Put32((uint)Math.Max(packet.Length, originalLength));
        PutPadded(packet);
        if (comment is not null)
        {
            PutText(PcapngFormat.Comment, comment);
            Put32(PcapngFormat.EndOfOptions);
        }

        End();
    }

    private void Begin(uint type)
    {
        _block.ResetWrittenCount();
        Put32(type);
        Put32(0);
    }

    private void End()
    {
        var size = (uint)_block.WrittenCount + 4;
        Put32(size);
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_block.WrittenMemory).Span;
        WriteUInt32LittleEndian(bytes[4..], size);
        _stream.Write(bytes);
    }

    /// <summary>Text beyond the 16-bit length of an option is cut at a character.</summary>
    private void PutText(ushort code, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var size = Math.Min(bytes.Length, ushort.MaxValue);
        while (size < bytes.Length && size > 0 && (bytes[size] & 0xc0) == 0x80) size--;
        PutOption(code, bytes.AsSpan(0, size));
    }

    private void PutOption(ushort code, ReadOnlySpan<byte> value)
    {
        Put16(code);
        Put16((ushort)value.Length);
        PutPadded(value);
    }

    private void PutPadded(ReadOnlySpan<byte> value)
    {
        var size = PcapngFormat.Padded(value.Length);
        var room = _block.GetSpan(size)[..size];
        room.Clear();
        value.CopyTo(room);
        _block.Advance(size);
    }

    private void Put16(ushort value)
    {
        WriteUInt16LittleEndian(_block.GetSpan(2), value);
        _block.Advance(2);
    }

    private void Put32(uint value)
    {
        WriteUInt32LittleEndian(_block.GetSpan(4), value);
        _block.Advance(4);
    }
}
