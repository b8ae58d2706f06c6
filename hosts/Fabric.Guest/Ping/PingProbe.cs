using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>One echo request about to be written.</summary>
internal readonly record struct PingProbe(IpAddress Destination, ushort Identifier, ushort Sequence, int Size, uint RunId, uint OverlayHash)
{
    /// <summary>Fills everything after the ICMP type.</summary>
    public void Write(Span<byte> message)
    {
        message[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], Sequence);
        ProbePayload.Write(message[Icmp.EchoHeaderSize..], OverlayHash, RunId, Sequence);
    }
}
