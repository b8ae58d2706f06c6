using System.Buffers.Binary;

namespace Fabric.Actors;

/// <summary>
/// One connection between two devices for tests: frames, each behind its length in two bytes (OVS: <c>dummy_packet_stream</c>).
/// </summary>
internal sealed class DummyStream(string device)
{
    /// <summary>OVS <c>NETDEV_DUMMY_MAX_QUEUE</c>.</summary>
    private const int MaxQueued = 100;

    private const int HeaderSize = 2;
    private const int EthernetSize = 14;

    private readonly Queue<byte[]> _queue = [];
    private byte[] _partial = [];
    private int _taken;

    public string Device { get; } = device;

    /// <summary>The peer announced a frame that is none.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>What the peer is too slow for is lost.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (_queue.Count >= MaxQueued || frame.Length > ushort.MaxValue) return;
        var bytes = new byte[HeaderSize + frame.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)frame.Length);
        frame.CopyTo(bytes.AsSpan(HeaderSize));
        _queue.Enqueue(bytes);
    }

    public int TakeOutput(Span<byte> buffer)
    {
        var used = 0;
        while (used < buffer.Length && _queue.TryPeek(out var bytes))
        {
            var size = Math.Min(buffer.Length - used, bytes.Length - _taken);
            bytes.AsSpan(_taken, size).CopyTo(buffer[used..]);
            used += size;
            _taken += size;
            if (_taken < bytes.Length) break;
            _queue.Dequeue();
            _taken = 0;
        }

        return used;
    }

    /// <summary>The whole frames that these bytes complete.</summary>
    public List<byte[]> Receive(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<byte[]>();
        byte[] all = [.. _partial, .. bytes];
        var at = 0;
        while (!IsBroken && all.Length - at >= HeaderSize)
        {
            int size = BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(at));
            IsBroken = size < EthernetSize;
            if (IsBroken || all.Length - at - HeaderSize < size) break;
            frames.Add(all[(at + HeaderSize)..(at + HeaderSize + size)]);
            at += HeaderSize + size;
        }

        _partial = all[at..];
        return frames;
    }
}
