using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>Numbers and names of ports: 16 bits in OpenFlow 1.0, 32 from 1.1 on with the reserved ones moved up.</summary>
internal static class WirePort
{
    private const uint WideOffset = 0xffff0000;
    private const ushort FirstReserved = 0xff00;

    /// <summary>A 32-bit number; false for what 16 bits cannot say.</summary>
    public static bool TryNarrow(uint wide, out OfpPort port)
    {
        port = new OfpPort((ushort)wide);
        if (wide < FirstReserved || wide >= WideOffset + FirstReserved) return true;
        port = OfpPort.None;
        return false;
    }

    public static uint Widen(OfpPort port) => port.Value < FirstReserved ? port.Value : port.Value + WideOffset;

    /// <summary>A number as the version has it; on an error it is <see cref="OfpPort.None"/>.</summary>
    public static OfpPort Read(ref WireReader reader, Decoding at, OpenFlowError error = OpenFlowError.BacBadOutPort)
    {
        if (at.Version == OpenFlowVersion.V10) return new OfpPort(reader.U16());
        if (!TryNarrow(reader.U32(), out var port)) at.Refuse(error);
        return port;
    }

    public static void Write(WireWriter wire, OpenFlowVersion version, OfpPort port)
    {
        if (version == OpenFlowVersion.V10) wire.U16(port.Value);
        else wire.U32(Widen(port));
    }

    public static MacAddress ReadMac(ref WireReader reader) => new((ulong)reader.Number(6));

    public static void WriteMac(WireWriter wire, MacAddress address) => wire.Number(address.Value, 6);

    /// <summary>A name in a field of fixed size, up to its first zero.</summary>
    public static string ReadText(ref WireReader reader, int size)
    {
        var bytes = reader.Bytes(size);
        int end = bytes.IndexOf((byte)0);
        if (end < 0) end = Math.Max(bytes.Length - 1, 0);
        return System.Text.Encoding.UTF8.GetString(bytes[..end]);
    }
}
