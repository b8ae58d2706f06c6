using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>One ARP packet.</summary>
public readonly record struct ArpPacket(
    ushort Operation, MacAddress SenderHardware, Ipv4Address SenderProtocol, MacAddress TargetHardware, Ipv4Address TargetProtocol)
{
    public static ArpPacket Parse(ArpView view) =>
        new(view.Operation, view.SenderHardware, view.SenderProtocol, view.TargetHardware, view.TargetProtocol);

    /// <summary>Writes 28 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt64BigEndian(destination, 0x0001_0800_0604_0000UL | Operation);
        TargetProtocol.Write(destination[24..]);
        TargetHardware.Write(destination[18..]);
        SenderProtocol.Write(destination[14..]);
        SenderHardware.Write(destination[8..]);
    }
}
