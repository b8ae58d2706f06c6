using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Fabric.Wire;

namespace Fabric.Underlay.Native;

/// <summary><c>sockaddr_in</c> or <c>sockaddr_in6</c> in the room of the larger.</summary>
[StructLayout(LayoutKind.Explicit, Size = MaxSize)]
internal struct SocketAddress
{
    public const int MaxSize = 28;
    private const uint Ipv4Size = 16;

    [FieldOffset(0)] private ushort _family;
    [FieldOffset(2)] private ushort _portWire;
    [FieldOffset(4)] private Ipv4Address _ipv4;
    [FieldOffset(4)] private uint _flowInfo;
    [FieldOffset(8)] private Ipv6Address _ipv6;
    [FieldOffset(24)] private uint _scope;

    public readonly uint Size => _family == Linux.FamilyIpv4 ? Ipv4Size : MaxSize;

    public readonly ushort Port => BinaryPrimitives.ReverseEndianness(_portWire);

    public readonly IpAddress Address => _family == Linux.FamilyIpv4 ? new IpAddress(_ipv4) : new IpAddress(_ipv6);

    public static SocketAddress Of(IpAddress address, ushort port)
    {
        var result = new SocketAddress { _portWire = BinaryPrimitives.ReverseEndianness(port) };
        if (address.IsIpv4)
        {
            result._family = Linux.FamilyIpv4;
            result._ipv4 = address.V4;
        }
        else
        {
            result._family = Linux.FamilyIpv6;
            result._flowInfo = 0;
            result._ipv6 = address.V6;
            result._scope = 0;
        }

        return result;
    }
}
