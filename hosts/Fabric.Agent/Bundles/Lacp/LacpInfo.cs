using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Agent;

/// <summary>Who a port says it is: 15 bytes of a LACPDU.</summary>
internal readonly record struct LacpInfo(
    ushort SystemPriority, MacAddress System, ushort Key, ushort PortPriority, ushort PortId, LacpState State)
{
    public const int Size = 15;

    private const LacpState Telling = LacpState.Active | LacpState.ShortTimeout | LacpState.Aggregatable | LacpState.Synchronised;

    public static LacpInfo Read(ReadOnlySpan<byte> bytes) => new(ReadUInt16BigEndian(bytes), MacAddress.Read(bytes[2..]),
        ReadUInt16BigEndian(bytes[8..]), ReadUInt16BigEndian(bytes[10..]), ReadUInt16BigEndian(bytes[12..]), (LacpState)bytes[14]);

    public void Write(Span<byte> bytes)
    {
        WriteUInt16BigEndian(bytes, SystemPriority);
        System.Write(bytes[2..]);
        WriteUInt16BigEndian(bytes[8..], Key);
        WriteUInt16BigEndian(bytes[10..], PortPriority);
        WriteUInt16BigEndian(bytes[12..], PortId);
        bytes[14] = (byte)State;
    }

    /// <summary>Does the other side know all of this that matters (clause 6.4.7, "NTT")?</summary>
    public bool TellsTheSameAs(LacpInfo other) => (this with { State = State & Telling }) == (other with { State = other.State & Telling });

    /// <summary>Compares links as the system with the better priority sees them: smaller is better.</summary>
    public (ushort, ulong, ushort, ushort) Rank => (SystemPriority, System.Value, PortPriority, PortId);
}
