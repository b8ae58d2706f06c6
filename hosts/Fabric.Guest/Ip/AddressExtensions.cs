using Fabric.Wire;

namespace Fabric.Guest;

internal static class AddressExtensions
{
    extension(IpAddress address)
    {
        public bool IsMulticast => address.IsIpv4 ? address.V4.IsMulticast : address.V6.IsMulticast;

        /// <summary>True when both addresses agree in the first <paramref name="length"/> bits of their common family.</summary>
        public bool SharesPrefix(IpAddress other, int length) =>
            address.IsIpv4 == other.IsIpv4 && address.Network(length) == other.Network(length);
    }
}
