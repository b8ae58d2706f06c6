using System.Diagnostics.CodeAnalysis;
using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// Reads captures in the pcapng format, of any writer: both byte orders, several sections, unknown blocks and options skipped. It is
/// tolerant but bounded: a block over <see cref="MaxBlockSize"/>, a length that contradicts itself or a file that ends inside a block ends
/// the reading, with <see cref="Error"/> saying where and why; nothing throws for what the bytes say.
/// </summary>
public sealed class PcapngReader
{
    /// <summary>Bytes. The largest packet is 256 KB in practice; options add little.</summary>
    public const int MaxBlockSize = 16 << 20;

    /// <summary>Most interfaces of one section.</summary>
    public const int MaxInterfaces = 65_536;

    private readonly Stream _stream;
    private readonly List<PcapngInterface> _interfaces = [];
    private byte[] _block = new byte[4096];
    private bool _isBigEndian;
    private bool _hasSection;
    private long _position;

    public PcapngReader(Stream stream) => _stream = stream;

    /// <summary>Interfaces of the current section, so far.</summary>
    public IReadOnlyList<PcapngInterface> Interfaces => _interfaces;

    /// <summary>Null while all is well, else why reading ended before the end of the file.</summary>
    public string? Error { get; private set; }

    /// <summary>Blocks that were understood by nobody here.</summary>
    public long SkippedBlockCount { get; private set; }

    /// <summary>False at the end of the file, or at an <see cref="Error"/>.</summary>
    public bool TryRead([NotNullWhen(true)] out PcapngPacket? packet)
    {
        packet = null;
        while (Error is null && TryReadBlock(out var type, out var body))
        {
            switch (type)
            {
                case PcapngFormat.SectionHeader: _interfaces.Clear(); break;
                case PcapngFormat.InterfaceDescription: ReadInterface(body); break;
                case PcapngFormat.EnhancedPacket:
                    if (TryReadEnhanced(body, out packet)) return true;
                    break;
                case PcapngFormat.SimplePacket:
                    if (TryReadSimple(body, out packet)) return true;
                    break;
                default: SkippedBlockCount++; break;
            }
        }

        return false;
    }

    private bool TryReadBlock(out uint type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = default;
        var got = _stream.ReadAtLeast(_block.AsSpan(0, PcapngFormat.BlockFrame), PcapngFormat.BlockFrame, throwOnEndOfStream: false);
        if (got == 0) return false;
        if (got < PcapngFormat.BlockFrame) return Fail("ends inside a block");
        // The type of a section header reads the same in both orders; its magic number then tells which one it is.
        if (ReadUInt32LittleEndian(_block) == PcapngFormat.SectionHeader)
        {
            var magic = ReadUInt32LittleEndian(_block.AsSpan(8));
            _isBigEndian = magic == ReverseEndianness(PcapngFormat.ByteOrderMagic);
            if (!_isBigEndian && magic != PcapngFormat.ByteOrderMagic) return Fail("has no byte-order magic");
            _hasSection = true;
        }

        if (!_hasSection) return Fail("does not begin with a section header: not a pcapng file");
        type = U32(_block);
        var size = U32(_block.AsSpan(4));
        if (size < PcapngFormat.BlockFrame || size % 4 != 0 || size > MaxBlockSize) return Fail($"has a block of {size} bytes");
        if (!TryFill((int)size)) return Fail("ends inside a block");
        if (U32(_block.AsSpan((int)size - 4)) != size) return Fail("has a block whose two lengths differ");
        _position += size;
        body = _block.AsSpan(8, (int)size - PcapngFormat.BlockFrame);
        return true;
    }

    /// <summary>
    /// Reads the block up to <paramref name="size"/>. The buffer at most doubles ahead of bytes that came: a size alone costs nothing.
    /// </summary>
    private bool TryFill(int size)
    {
        for (var have = PcapngFormat.BlockFrame; have < size;)
        {
            if (have == _block.Length) Array.Resize(ref _block, Math.Min(size, 2 * have));
            var got = _stream.Read(_block.AsSpan(have, Math.Min(size, _block.Length) - have));
            if (got == 0) return false;
            have += got;
        }

        return true;
    }

    private void ReadInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8 || _interfaces.Count == MaxInterfaces)
        {
            Fail("has a damaged interface description");
            return;
        }

        string? name = null;
        long ticksPerSecond = 1_000_000;
        var options = body[8..];
        while (TryReadOption(ref options, out var code, out var value))
        {
            if (code == PcapngFormat.InterfaceName) name = Encoding.UTF8.GetString(value);
            else if (code == PcapngFormat.TimestampResolution && value.Length >= 1) ticksPerSecond = Resolution(value[0]);
        }

        if (ticksPerSecond == 0) Fail("has an interface with a timestamp resolution beyond 64 bits");
        else _interfaces.Add(new PcapngInterface(name, (PcapngLinkType)U16(body), U32(body[4..]), ticksPerSecond));
    }

    private bool TryReadEnhanced(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PcapngPacket? packet)
    {
        packet = null;
        if (body.Length < 20) return Fail("has a damaged packet block");
        var index = U32(body);
        var captured = U32(body[12..]);
        var original = U32(body[16..]);
        if (index >= _interfaces.Count) return Fail($"has a packet of interface {index}, which it does not describe");
        if (captured > (uint)(body.Length - 20) || PcapngFormat.Padded((int)captured) > body.Length - 20 || original > int.MaxValue)
            return Fail("has a packet longer than its block");

        string? comment = null;
        var options = body[(20 + PcapngFormat.Padded((int)captured))..];
        while (TryReadOption(ref options, out var code, out var value))
            if (code == PcapngFormat.Comment) comment ??= Encoding.UTF8.GetString(value);
        var ticks = (UInt128)((ulong)U32(body[4..]) << 32 | U32(body[8..]));
        var ns = ticks * 1_000_000_000 / (UInt128)_interfaces[(int)index].TicksPerSecond;
        packet = new PcapngPacket(
            (int)index, ns > long.MaxValue ? long.MaxValue : (long)ns, (int)original, body.Slice(20, (int)captured).ToArray(), comment);
        return true;
    }

    /// <summary>Section 4.4: interface 0, no time, as many bytes as there are up to the snap length.</summary>
    private bool TryReadSimple(ReadOnlySpan<byte> body, [NotNullWhen(true)] out PcapngPacket? packet)
    {
        packet = null;
        if (body.Length < 4 || _interfaces.Count == 0) return Fail("has a damaged packet block");
        var original = U32(body);
        if (original > int.MaxValue) return Fail("has a packet longer than its block");
        var snapLength = _interfaces[0].SnapLength;
        var captured = Math.Min(original, snapLength == 0 ? uint.MaxValue : snapLength);
        if (captured > body.Length - 4) return Fail("has a packet longer than its block");
        packet = new PcapngPacket(0, 0, (int)original, body.Slice(4, (int)captured).ToArray(), null);
        return true;
    }

    /// <summary>An option that does not fit ends the list: what came before it is still good.</summary>
    private bool TryReadOption(ref ReadOnlySpan<byte> options, out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (options.Length < 4) return false;
        code = U16(options);
        var size = U16(options[2..]);
        if (code == PcapngFormat.EndOfOptions || PcapngFormat.Padded(size) > options.Length - 4) return false;
        value = options.Slice(4, size);
        options = options[(4 + PcapngFormat.Padded(size))..];
        return true;
    }

    /// <summary>if_tsresol: a power of ten, or of two with the highest bit; 0 when it does not fit.</summary>
    private static long Resolution(byte value)
    {
        var exponent = value & 0x7f;
        if ((value & 0x80) != 0) return exponent <= 62 ? 1L << exponent : 0;
        if (exponent > 18) return 0;
        long ticks = 1;
        for (var i = 0; i < exponent; i++) ticks *= 10;
        return ticks;
    }

    private ushort U16(ReadOnlySpan<byte> bytes) => _isBigEndian ? ReadUInt16BigEndian(bytes) : ReadUInt16LittleEndian(bytes);

    private uint U32(ReadOnlySpan<byte> bytes) => _isBigEndian ? ReadUInt32BigEndian(bytes) : ReadUInt32LittleEndian(bytes);

    private bool Fail(string what)
    {
        Error = $"the capture {what} (at byte {_position})";
        return false;
    }
}
