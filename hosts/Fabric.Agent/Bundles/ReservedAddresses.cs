using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Group addresses of link protocols that a bridge does not forward: IEEE 802.1D table 7-10, and those of Extreme and Cisco that OVS
/// treats alike (<c>eth_addr_is_reserved</c>).
/// </summary>
internal static class ReservedAddresses
{
    public static bool Contains(MacAddress address) => address.Value switch
    {
        >= 0x0180_c200_0000 and <= 0x0180_c200_000f => true,
        0x00e0_2b00_0000 or 0x00e0_2b00_0004 or 0x00e0_2b00_0006 => true,
        0x0100_0c00_0000 or 0x0100_0ccc_cccc or 0x0100_0ccc_cccd or 0x0100_0ccd_cdcd => true,
        >= 0x0100_0ccc_ccc0 and <= 0x0100_0ccc_ccc7 => true,
        _ => false,
    };
}
