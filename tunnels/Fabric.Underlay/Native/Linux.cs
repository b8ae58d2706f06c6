namespace Fabric.Underlay.Native;

/// <summary>Numbers of the Linux interface (asm-generic; x86-64 and arm64 agree), from the headers named beside them.</summary>
internal static class Linux
{
    // bits/socket.h
    public const int FamilyIpv4 = 2;
    public const int FamilyIpv6 = 10;
    public const int DatagramNonBlockingCloseOnExec = 2 | 0x800 | 0x80000;
    public const int DontWait = 0x40;
    public const int ErrorQueue = 0x2000;
    public const int Truncated = 0x20;

    // asm-generic/socket.h
    public const int LevelSocket = 1;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int NoCheck = 11;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int MemoryInfo = 55;

    // linux/sock_diag.h: SK_MEMINFO_DROPS of SK_MEMINFO_VARS
    public const int MemoryInfoCount = 9;
    public const int MemoryInfoDrops = 8;

    // linux/in.h
    public const int LevelIpv4 = 0;
    public const int Tos = 1;
    public const int Ttl = 2;
    public const int MtuDiscover = 10;
    public const int ReceiveError = 11;
    public const int ReceiveTtl = 12;
    public const int ReceiveTos = 13;
    public const int MtuDiscoverDont = 0;
    public const int MtuDiscoverDo = 2;

    // linux/in6.h
    public const int LevelIpv6 = 41;
    public const int MtuDiscoverV6 = 23;
    public const int ReceiveErrorV6 = 25;
    public const int OnlyV6 = 26;
    public const int ReceiveHopLimit = 51;
    public const int HopLimit = 52;
    public const int ReceiveTrafficClass = 66;
    public const int TrafficClass = 67;

    // linux/udp.h
    public const int LevelUdp = 17;
    public const int NoCheckSendV6 = 101;
    public const int NoCheckReceiveV6 = 102;
    public const int Segment = 103;
    public const int Coalesce = 104;

    // linux/eventpoll.h
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const uint EpollIn = 1;
    public const int CloseOnExec = 0x80000;
    public const int EventFdFlags = 0x80000 | 0x800;

    // asm-generic/errno.h
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int InvalidArgument = 22;
    public const int MessageSize = 90;
    public const int NetworkUnreachable = 101;
    public const int NoBufferSpace = 105;
    public const int ConnectionRefused = 111;
    public const int HostDown = 112;
    public const int HostUnreachable = 113;
}
