using System.Runtime.InteropServices;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// Cache-line-aligned memory outside the collector's heap, reserved at once for the most that a table may need and taken from the machine
/// page by page as it is first touched. So a table grows where it lies: nothing is copied, and no insertion waits for more than the pages
/// that it touches. A table of a million entries in the heap would be one large object that every full collection has to consider.
/// <para>What is used beyond 2 MiB is asked for in huge pages, which halve the cost of a random access; a small table, of which there may
/// be a thousand in a process, takes no more than it uses.</para>
/// </summary>
internal sealed unsafe partial class NativeSlab : IDisposable
{
    private const nuint LineSize = 64;
    private const nuint HugePageSize = 2 << 20;
    private const int AdviseHugePage = 14;
    private const int AdviseCollapse = 25;

    private readonly nuint _size;
    private nuint _used;

    /// <summary>Up to here huge pages have been asked for, once more than the first is in use.</summary>
    private nuint _advised = HugePageSize;

    /// <param name="size">Bytes reserved, all of which may be written.</param>
    public NativeSlab(long size)
    {
        _size = (nuint)size;
        Pointer = (byte*)NativeMemory.AlignedAlloc(_size, _size < HugePageSize ? LineSize : HugePageSize);
    }

    ~NativeSlab() => Free();

    public byte* Pointer { get; private set; }

    /// <summary>Bytes in use.</summary>
    public long Size => (long)_used;

    /// <summary>Says that the first <paramref name="size"/> bytes are in use from now on. What they hold is undefined.</summary>
    public void Use(long size)
    {
        Invariant.Check((nuint)size <= _size, "a table stays within what was reserved for it");
        _used = (nuint)size;
        while (_used > _advised) Advise();
    }

    /// <summary>Huge pages for as much again as is in use.</summary>
    private void Advise()
    {
        var end = Math.Min(_advised * 2, _size);
        // Only hints: a kernel without huge pages answers with an error and the memory is as good, merely slower.
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(Pointer + _advised, end - _advised, AdviseHugePage);
            // What a small table had in small pages, for once.
            if (_advised == HugePageSize) _ = Advise(Pointer, HugePageSize, AdviseCollapse);
        }

        _advised = end < _size ? end : nuint.MaxValue;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer is null) return;
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint size, int advice);
}
