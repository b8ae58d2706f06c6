using System.Buffers.Binary;

namespace Fabric.OpenFlow;

/// <summary>
/// Cuts a stream of bytes into messages by the lengths in their headers (OVS: <c>lib/vconn-stream.c</c>). Nothing else of a message is
/// looked at: one that nobody understands is still whole.
///
/// 1. However the bytes arrive, the same messages come out.
/// 2. A length below the header's ends the stream: nobody knows where the next message begins.
/// </summary>
public sealed class OpenFlowStream
{
    private const int HeaderSize = 8;
    private const int FirstCapacity = 4096;

    private byte[] _bytes = new byte[FirstCapacity];
    private int _start;
    private int _end;

    /// <summary>What ended the stream; null while it is fine.</summary>
    public string? Failure { get; private set; }

    /// <summary>Bytes that are in and not taken.</summary>
    public int PendingSize => _end - _start;

    /// <summary>Adds what has arrived. What was taken before is no longer valid.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length) MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next whole message, valid until bytes are appended.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (Failure is not null || PendingSize < HeaderSize) return false;
        int size = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(_start + 2));
        if (size < HeaderSize)
        {
            Failure = $"received too-short ofp_header ({size} bytes)";
            return false;
        }
        if (PendingSize < size) return false;
        message = _bytes.AsMemory(_start, size);
        _start += size;
        return true;
    }

    private void MakeRoom(int size)
    {
        int pending = PendingSize;
        var target = pending + size <= _bytes.Length / 2 ? _bytes : new byte[Math.Max(_bytes.Length * 2, pending + size)];
        _bytes.AsSpan(_start, pending).CopyTo(target);
        (_bytes, _start, _end) = (target, 0, pending);
    }
}
