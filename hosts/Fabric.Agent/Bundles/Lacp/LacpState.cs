namespace Fabric.Agent;

/// <summary>The state byte of a port (IEEE 802.1AX clause 6.4.2.3).</summary>
[Flags]
internal enum LacpState : byte
{
    None = 0,
    Active = 0x01,
    ShortTimeout = 0x02,
    Aggregatable = 0x04,
    Synchronised = 0x08,
    Collecting = 0x10,
    Distributing = 0x20,
    Defaulted = 0x40,
    Expired = 0x80,
}
