using System.Runtime.InteropServices;

namespace Fabric.Underlay.Native;

/// <summary><c>struct mmsghdr</c> of a 64-bit Linux: a <c>msghdr</c> of 56 bytes and the number of bytes moved.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct MessageHeader
{
    public SocketAddress* Name;
    public uint NameSize;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlSize;
    public int Flags;
    private readonly int _padding;
    public uint Transferred;
}

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Base;
    public nuint Size;
}
