using Fabric.Wire;

namespace Fabric.Guest;

internal static class AddressExtensions
{
    extension(IpAddress address)
    {
        public bool IsMulticast => address.IsIpv4 ? address.V4.IsMulticast : address.V6.IsMulticast;

        /// <summary>Of the IP header of this family, without options or extension headers.</summary>
        public int HeaderSize => address.IsIpv4 ? Ipv4View.MinSize : Ipv6View.Size;

        /// <summary>True when both addresses agree in the first <paramref name="length"/> bits of their common family.</summary>
        public bool SharesPrefix(IpAddress other, int length) =>
            address.IsIpv4 == other.IsIpv4 && address.Network(length) == other.Network(length);

        /// <summary>Partial sum of the pseudo-header from this address to <paramref name="destination"/>.</summary>
        public ulong PseudoHeaderTo(IpAddress destination, byte protocol, int length) => address.IsIpv4
            ? InternetChecksum.PseudoHeader(address.V4, destination.V4, protocol, length)
            : InternetChecksum.PseudoHeader(address.V6, destination.V6, protocol, length);
    }
}
