using System.Globalization;
using System.Net.Sockets;

namespace Fabric.Interop.Tests;

internal static class Sockets
{
    /// <summary>UDP sockets of this machine that are bound to an address with this beginning, from proc(5)'s <c>net/udp</c>.</summary>
    public static int CountUdp(string addressBegin) =>
        File.ReadLines("/proc/net/udp").Skip(1).Count(line => Address(line).StartsWith(addressBegin, StringComparison.Ordinal));

    /// <summary>Whether a Unix socket takes connections; between its making and that there is a moment.</summary>
    public static bool IsListening(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The kernel prints an address as one little-endian number.</summary>
    private static string Address(string line)
    {
        var local = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split(':')[0];
        var number = uint.Parse(local, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new System.Net.IPAddress(number).ToString();
    }
}
