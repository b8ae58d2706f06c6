using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>One datagram being put together. The IP header lies directly before the payload, so header plus payload is one span.</summary>
internal sealed class ReassemblySlot
{
    public const int HeaderRoom = 60;

    private readonly byte[] _buffer = new byte[HeaderRoom + IpLayer.MaxPayloadSize];
    private readonly ulong[] _units = new ulong[(IpLayer.MaxPayloadSize + 511) / 512];
    private int _headerSize;
    private int _received;
    private int _total;

    public bool IsUsed;
    public IpAddress Source;
    public IpAddress Destination;
    public uint Id;
    public byte Protocol;
    public byte HopLimit;
    public long StartedUs;

    /// <summary>Fragments taken in, each of which was one frame.</summary>
    public int Frames;

    public bool IsComplete => _total >= 0 && _received == _total && _headerSize > 0;

    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(HeaderRoom, _total);

    public ReadOnlySpan<byte> Packet => _buffer.AsSpan(HeaderRoom - _headerSize, _headerSize + _total);

    public void Open(long nowUs)
    {
        Array.Clear(_units);
        IsUsed = true;
        StartedUs = nowUs;
        Frames = 0;
        _headerSize = 0;
        _received = 0;
        _total = -1;
    }

    public bool Add(int offset, bool isLast, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var end = offset + payload.Length;
        if (end > IpLayer.MaxPayloadSize || (!isLast && payload.Length % 8 != 0) || (_total >= 0 && end > _total)) return false;
        if (isLast && _total >= 0) return false;
        for (var unit = offset / 8; unit < (end + 7) / 8; unit++)
        {
            var bit = 1UL << (unit & 63);
            if ((_units[unit >> 6] & bit) != 0) return false;
            _units[unit >> 6] |= bit;
        }

        if (isLast) _total = end;
        if (offset == 0)
        {
            _headerSize = header.Length;
            header.CopyTo(_buffer.AsSpan(HeaderRoom - header.Length));
        }

        payload.CopyTo(_buffer.AsSpan(HeaderRoom + offset));
        _received += payload.Length;
        Frames++;
        return true;
    }

    /// <summary>True when all of these bytes are here already: the network's duplicate of a fragment, not an overlap.</summary>
    public bool HasAll(int offset, int size)
    {
        for (var unit = offset / 8; unit < (offset + size + 7) / 8; unit++)
        {
            if (unit >> 6 >= _units.Length || (_units[unit >> 6] & 1UL << (unit & 63)) == 0) return false;
        }

        return size > 0;
    }
}
