using System.Runtime.CompilerServices;

namespace Fabric.Underlay.Native;

/// <summary>Writes and reads the control messages of one datagram (<c>struct cmsghdr</c>: 16 bytes of header, data padded to 8).</summary>
internal static unsafe class ControlMessages
{
    /// <summary>Room for TTL, TOS, segment size and a spare one.</summary>
    public const int MaxSize = 96;
    private const int HeaderSize = 16;

    /// <summary>Writes one message and returns the place of the next.</summary>
    public static byte* Write<T>(byte* at, int level, int type, T value) where T : unmanaged
    {
        *(nuint*)at = (nuint)(HeaderSize + sizeof(T));
        *(int*)(at + 8) = level;
        *(int*)(at + 12) = type;
        Unsafe.WriteUnaligned(at + HeaderSize, value);
        return at + Align(HeaderSize + sizeof(T));
    }

    /// <summary>Takes what the kernel tells of a received datagram; fields it does not tell stay as they are.</summary>
    public static void Read(byte* control, nuint size, ref byte ttl, ref byte tos, ref int segmentSize)
    {
        var end = control + size;
        while (end - control >= HeaderSize)
        {
            var length = (int)*(nuint*)control;
            if (length < HeaderSize || length > end - control) return;
            var data = control + HeaderSize;
            switch (*(int*)(control + 8), *(int*)(control + 12))
            {
                case (Linux.LevelIpv4, Linux.Ttl) or (Linux.LevelIpv6, Linux.HopLimit):
                    ttl = (byte)*(int*)data;
                    break;
                case (Linux.LevelIpv4, Linux.Tos):
                    tos = *data;
                    break;
                case (Linux.LevelIpv6, Linux.TrafficClass):
                    tos = (byte)*(int*)data;
                    break;
                case (Linux.LevelUdp, Linux.Coalesce):
                    segmentSize = *(int*)data;
                    break;
            }

            control += Align(length);
        }
    }

    private static int Align(int size) => (size + 7) & ~7;
}
