using System.Runtime.InteropServices;
using Fabric.Underlay.Native;
using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>A bound, non-blocking UDP socket and the options it was last given.</summary>
internal sealed unsafe class UdpSocket
{
    private readonly bool _isIpv4;
    private bool _dontFragment;
    private bool _noCheck;

    private UdpSocket(int fd, bool isIpv4)
    {
        Fd = fd;
        _isIpv4 = isIpv4;
    }

    public int Fd { get; }

    /// <summary>Null with the error number when the kernel refuses.</summary>
    public static UdpSocket? TryBind(IpAddress address, ushort port, int bufferSize, out int error)
    {
        error = 0;
        var fd = Libc.Socket(address.IsIpv4 ? Linux.FamilyIpv4 : Linux.FamilyIpv6, Linux.DatagramNonBlockingCloseOnExec, 0);
        if (fd < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return null;
        }

        if (!address.IsIpv4) Libc.TrySet(fd, Linux.LevelIpv6, Linux.OnlyV6, 1);
        var name = SocketAddress.Of(address, port);
        if (Libc.Bind(fd, &name, name.Size) != 0)
        {
            error = Marshal.GetLastPInvokeError();
            Libc.Close(fd);
            return null;
        }

        SetBuffer(fd, Linux.SendBufferForce, Linux.SendBuffer, bufferSize);
        SetBuffer(fd, Linux.ReceiveBufferForce, Linux.ReceiveBuffer, bufferSize);
        return new UdpSocket(fd, address.IsIpv4);
    }

    /// <returns>False when the kernel cannot segment.</returns>
    public bool PrepareSend()
    {
        if (_isIpv4)
        {
            Libc.TrySet(Fd, Linux.LevelIpv4, Linux.ReceiveError, 1);
            Libc.TrySet(Fd, Linux.LevelIpv4, Linux.MtuDiscover, Linux.MtuDiscoverDont);
        }
        else
        {
            Libc.TrySet(Fd, Linux.LevelIpv6, Linux.ReceiveErrorV6, 1);
            Libc.TrySet(Fd, Linux.LevelIpv6, Linux.MtuDiscoverV6, Linux.MtuDiscoverDont);
        }

        return Libc.TrySet(Fd, Linux.LevelUdp, Linux.Segment, 0);
    }

    /// <returns>False when the kernel cannot coalesce.</returns>
    public bool PrepareReceive(bool coalesce)
    {
        if (_isIpv4)
        {
            Libc.TrySet(Fd, Linux.LevelIpv4, Linux.ReceiveTtl, 1);
            Libc.TrySet(Fd, Linux.LevelIpv4, Linux.ReceiveTos, 1);
        }
        else
        {
            Libc.TrySet(Fd, Linux.LevelIpv6, Linux.ReceiveHopLimit, 1);
            Libc.TrySet(Fd, Linux.LevelIpv6, Linux.ReceiveTrafficClass, 1);
            Libc.TrySet(Fd, Linux.LevelUdp, Linux.NoCheckReceiveV6, 1);
        }

        return !coalesce || Libc.TrySet(Fd, Linux.LevelUdp, Linux.Coalesce, 1);
    }

    /// <summary>DF and "no checksum" are properties of a socket, not of a message; a system call only when they change.</summary>
    public void Choose(bool dontFragment, bool noCheck)
    {
        if (dontFragment != _dontFragment)
        {
            var value = dontFragment ? Linux.MtuDiscoverDo : Linux.MtuDiscoverDont;
            if (_isIpv4) Libc.TrySet(Fd, Linux.LevelIpv4, Linux.MtuDiscover, value);
            else Libc.TrySet(Fd, Linux.LevelIpv6, Linux.MtuDiscoverV6, value);
            _dontFragment = dontFragment;
        }

        if (noCheck == _noCheck) return;
        if (_isIpv4) Libc.TrySet(Fd, Linux.LevelSocket, Linux.NoCheck, noCheck ? 1 : 0);
        else Libc.TrySet(Fd, Linux.LevelUdp, Linux.NoCheckSendV6, noCheck ? 1 : 0);
        _noCheck = noCheck;
    }

    /// <summary>Buffers the kernel dropped because this socket's queue was full.</summary>
    public long ReadQueueDrops()
    {
        var values = stackalloc uint[Linux.MemoryInfoCount];
        var size = (uint)(Linux.MemoryInfoCount * sizeof(uint));
        return Libc.GetSocketOption(Fd, Linux.LevelSocket, Linux.MemoryInfo, values, &size) == 0 ? values[Linux.MemoryInfoDrops] : 0;
    }

    public void Close() => Libc.Close(Fd);

    /// <summary>Beyond the system's limit when privileged, up to it otherwise.</summary>
    private static void SetBuffer(int fd, int force, int plain, int size)
    {
        if (!Libc.TrySet(fd, Linux.LevelSocket, force, size)) Libc.TrySet(fd, Linux.LevelSocket, plain, size);
    }
}
