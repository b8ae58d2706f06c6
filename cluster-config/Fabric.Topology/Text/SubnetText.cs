using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Fabric.Topology;

internal static class SubnetText
{
    /// <param name="why">What is wrong, to be put behind the text; empty when nothing is.</param>
    public static bool TryParse(string text, out IPNetwork subnet, out string why)
    {
        subnet = default;
        int slash = text.IndexOf('/');
        why = "is not a subnet such as 10.1.0.0/24 or fd00:6::/64";
        if (slash < 0 || !AddressText.TryParse(text[..slash], out var address))
            return false;

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > bits)
            return false;

        UInt128 hostMask = HostMask(bits, length);
        var number = AddressText.ToNumber(address);
        if ((number & hostMask) != 0)
        {
            why = $"has bits behind its prefix; the subnet is {AddressText.FromNumber(number & ~hostMask, address.AddressFamily)}/{length}";
            return false;
        }

        why = "";
        subnet = new IPNetwork(address, length);
        return true;
    }

    /// <summary>Addresses a host may have: an IPv4 subnet's first and last are not among them, nor the first of an IPv6 subnet.</summary>
    public static (UInt128 First, UInt128 Count) Hosts(IPNetwork subnet)
    {
        bool v4 = subnet.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        int bits = v4 ? 32 : 128;
        UInt128 last = HostMask(bits, subnet.PrefixLength);
        UInt128 reserved = v4 ? 1u : 0u;
        return (AddressText.ToNumber(subnet.BaseAddress) + 1, last > reserved ? last - reserved : 0);
    }

    /// <summary>True for an address that <see cref="Hosts"/> counts.</summary>
    public static bool IsHost(IPNetwork subnet, IPAddress address)
    {
        if (address.AddressFamily != subnet.BaseAddress.AddressFamily)
            return false;

        var (first, count) = Hosts(subnet);
        var number = AddressText.ToNumber(address);
        return number >= first && number - first < count;
    }

    private static UInt128 HostMask(int bits, int length) => length == 0 && bits == 128
        ? UInt128.MaxValue
        : (UInt128.One << (bits - length)) - 1;
}
