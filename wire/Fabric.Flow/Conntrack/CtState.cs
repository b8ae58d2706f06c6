namespace Fabric.Flow;

/// <summary>Bits of <c>ct_state</c> (OVS: <c>OVS_CS_F_*</c>).</summary>
[Flags]
public enum CtState : byte
{
    None = 0,
    New = 1,
    Established = 2,
    Related = 4,
    Reply = 8,
    Invalid = 0x10,
    Tracked = 0x20,
    SourceNat = 0x40,
    DestinationNat = 0x80,
}
