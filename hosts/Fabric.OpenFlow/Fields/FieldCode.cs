namespace Fabric.OpenFlow;

/// <summary>One way in which a field is named on the wire (OpenFlow 1.5 section 7.2.3.2; NXM uses the same layout).</summary>
/// <param name="Vendor">Not zero only in <see cref="ExperimenterClass"/>, where four bytes follow the header.</param>
/// <param name="Since">First version that has it; 0 for NXM, which every version understands.</param>
public readonly record struct FieldCode(string Name, uint Vendor, ushort Class, byte Id, OpenFlowVersion Since)
{
    public const ushort Nxm0 = 0x0000;
    public const ushort Nxm1 = 0x0001;
    public const ushort Basic = 0x8000;
    public const ushort PacketRegisters = 0x8001;
    public const ushort Ericsson = 0x1000;
    public const ushort ExperimenterClass = 0xffff;

    public bool IsExperimenter => Class == ExperimenterClass;

    /// <summary>The first four bytes. The length counts mask and experimenter too.</summary>
    /// <param name="size">Bytes of the value alone.</param>
    public uint Header(int size, bool hasMask) =>
        (uint)Class << 16 | (uint)Id << 9 | (hasMask ? 1u << 8 : 0) | (uint)((hasMask ? size * 2 : size) + (IsExperimenter ? 4 : 0));
}
