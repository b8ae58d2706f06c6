using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Walks IPv6 extension headers (OVS: <c>parse_ipv6_ext_hdrs</c>).</summary>
internal static class Ipv6Chain
{
    /// <summary>
    /// Moves <paramref name="at"/> and <paramref name="proto"/> behind the extension headers, but no further than a later fragment's
    /// fragment
    /// header. False when a header is cut short.
    /// </summary>
    /// <param name="packet">Ends where the packet ends; padding left out.</param>
    /// <param name="fragmentHeader">Offset of the fragment header, or −1.</param>
    public static bool TrySkip(ReadOnlySpan<byte> packet, ref int at, ref byte proto, out int fragmentHeader)
    {
        fragmentHeader = -1;
        while (proto is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.AuthenticationHeader
            or IpProtocol.Fragment)
        {
            if (packet.Length - at < 8) return false;
            var header = packet[at..];
            var size = proto switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.AuthenticationHeader => (header[1] + 2) * 4,
                _ => (header[1] + 1) * 8,
            };
            if (size > header.Length) return false;
            var isLater = proto == IpProtocol.Fragment && (header[2] << 8 | header[3] & 0xf8) != 0;
            if (proto == IpProtocol.Fragment) fragmentHeader = at;
            proto = isLater ? IpProtocol.Fragment : header[0];
            at += size;
            if (isLater) break;
        }

        return true;
    }
}
