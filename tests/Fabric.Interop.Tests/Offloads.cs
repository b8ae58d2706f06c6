using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Fabric.Interop.Tests;

/// <summary>What <c>ethtool -K DEVICE tx off</c> does, by the ioctl behind it (<c>linux/ethtool.h</c>).</summary>
internal static partial class Offloads
{
    private const uint EthtoolIoctl = 0x8946;
    private const uint SetTransmitChecksum = 0x17;
    private const int RequestSize = 40;
    private const int NameSize = 16;

    /// <summary>From now on the kernel itself finishes checksums and cuts groups of datagrams before a packet is on the cable.</summary>
    public static unsafe void TurnOff(string device)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Span<uint> command = [SetTransmitChecksum, 0];
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        Assert.InRange(device.Length, 1, NameSize - 1);
        Encoding.ASCII.GetBytes(device, request);
        fixed (uint* value = command)
        fixed (byte* bytes = request)
        {
            MemoryMarshal.Write(request[NameSize..], (nint)value);
            var status = IoControl((int)socket.Handle, EthtoolIoctl, bytes);
            Assert.True(status == 0, $"{device} keeps its offloads: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int IoControl(int file, nuint request, byte* argument);
}
