using System.Net;
using System.Net.Sockets;

namespace Fabric.Topology;

internal static class AddressText
{
    /// <summary>Stricter than <see cref="IPAddress.TryParse(string?, out IPAddress?)"/>: four decimal parts, and no IPv6 scope.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        bool parsed = IPAddress.TryParse(text, out var found);
        address = found ?? IPAddress.None;
        if (!parsed)
            return false;

        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : !text.Contains('%') && !text.Contains('[') && !address.IsIPv4MappedToIPv6;
    }

    public static UInt128 ToNumber(IPAddress address)
    {
        UInt128 number = 0;
        foreach (byte b in address.GetAddressBytes())
            number = (number << 8) | b;
        return number;
    }

    public static IPAddress FromNumber(UInt128 number, AddressFamily family)
    {
        var bytes = new byte[family == AddressFamily.InterNetwork ? 4 : 16];
        for (int i = bytes.Length - 1; i >= 0; i--, number >>= 8)
            bytes[i] = (byte)number;
        return new IPAddress(bytes);
    }
}
