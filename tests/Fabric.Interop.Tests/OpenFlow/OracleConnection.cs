using System.Buffers.Binary;
using System.Net.Sockets;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>A connection to the management socket of a bridge of Debian's ovs-vswitchd, in one version.</summary>
internal sealed class OracleConnection : IDisposable
{
    private const int HeaderSize = 8;
    private const uint FenceXid = 0xfe0ce000;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
    private readonly OpenFlowVersion _version;
    private uint _fences = FenceXid;

    public OracleConnection(string path, OpenFlowVersion version)
    {
        _version = version;
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _socket.Send([(byte)version, 0, 0, HeaderSize, 0, 0, 0, 1]);
        Assert.Equal(0, Read()[1]);
    }

    /// <summary>Sends a request and returns all that comes before the answer to a barrier behind it.</summary>
    public IReadOnlyList<byte[]> Ask(ReadOnlySpan<byte> request)
    {
        var fence = ++_fences;
        _socket.Send(request);
        _socket.Send(MessageCodec.Encode(new BarrierRequest { Xid = fence }, _version, CodecContext.Default));
        var replies = new List<byte[]>();
        while (true)
        {
            var message = Read();
            if (BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(4)) == fence) return replies;
            replies.Add(message);
        }
    }

    public void Dispose() => _socket.Dispose();

    private byte[] Read()
    {
        var header = Read(HeaderSize);
        var size = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2));
        return [.. header, .. Read(size - HeaderSize)];
    }

    private byte[] Read(int size)
    {
        var bytes = new byte[size];
        for (var at = 0; at < size;)
        {
            var got = _socket.Receive(bytes.AsSpan(at));
            Assert.True(got > 0, "the connection lives on");
            at += got;
        }

        return bytes;
    }
}
