namespace Fabric.Wire;

/// <summary>Numbers of the pcapng format (draft-ietf-opsawg-pcapng).</summary>
internal static class PcapngFormat
{
    // Block types, sections 4.1 to 4.3 and 4.4.
    public const uint SectionHeader = 0x0a0d_0d0a;
    public const uint InterfaceDescription = 1;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;

    /// <summary>Written in the writer's byte order: reversed means the other order.</summary>
    public const uint ByteOrderMagic = 0x1a2b_3c4d;

    // Options, section 3.5 and those of the blocks.
    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;
    public const ushort InterfaceName = 2;
    public const ushort TimestampResolution = 9;
    public const ushort UserApplication = 4;

    /// <summary>Resolution 10^-9.</summary>
    public const byte Nanoseconds = 9;

    /// <summary>Block type, and total length at both ends.</summary>
    public const int BlockFrame = 12;

    public static int Padded(int size) => (size + 3) & ~3;
}
