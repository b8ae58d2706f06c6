using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>The fixed part of an ICMP message.</summary>
public readonly record struct Icmpv4Header(byte Type, byte Code, uint Rest)
{
    public static Icmpv4Header Parse(Icmpv4View view) => new(view.Type, view.Code, view.Rest);

    public static Icmpv4Header Echo(bool isReply, ushort identifier, ushort sequence) =>
        new(isReply ? Icmpv4View.EchoReply : Icmpv4View.EchoRequest, 0, (uint)identifier << 16 | sequence);

    /// <param name="message">The whole message with its data in place: the checksum covers it.</param>
    public void Emit(Span<byte> message)
    {
        WriteUInt32BigEndian(message[4..], Rest);
        message[0] = Type;
        message[1] = Code;
        WriteUInt16BigEndian(message[2..], 0);
        WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(message));
    }
}
