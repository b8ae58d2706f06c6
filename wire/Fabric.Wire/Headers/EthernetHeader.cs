using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>The three fields of an Ethernet header.</summary>
public readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, ushort Type)
{
    public static EthernetHeader Parse(EthernetView view) => new(view.Destination, view.Source, view.TypeOrLength);

    /// <summary>Writes the first 14 bytes of <paramref name="destination"/>.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt16BigEndian(destination[12..], Type);
        Source.Write(destination[6..]);
        Destination.Write(destination);
    }
}
