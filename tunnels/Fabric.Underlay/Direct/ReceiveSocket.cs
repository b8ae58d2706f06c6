using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>A socket that receives for one VTEP on one port; <see cref="IsOpen"/> is guarded by the receive loop's lock.</summary>
internal sealed class ReceiveSocket(UdpSocket socket, uint vtep, IpAddress address, ushort port)
{
    public readonly UdpSocket Socket = socket;
    public readonly uint Vtep = vtep;
    public readonly IpAddress Address = address;
    public readonly ushort Port = port;
    public bool IsOpen = true;
}
