using System.Net;

namespace Fabric.Underlay;

/// <summary>A VTEP's address cannot be used; the message names address, port and cause in one line.</summary>
public sealed class UnderlayAddressException(IPAddress address, int port, string cause)
    : Exception($"VTEP address {address} UDP port {port} cannot be opened: {cause}")
{
    public IPAddress Address { get; } = address;

    public int Port { get; } = port;
}
