using System.Runtime.InteropServices;

namespace Fabric.Nic;

/// <summary>
/// Cache-line-aligned memory outside the collector's heap that grows by doubling. A table of a million entries would otherwise be one
/// large object that every full collection has to consider. From 2 MiB on it asks for huge pages, which halve the cost of a random access.
/// </summary>
internal sealed unsafe partial class NativeSlab : IDisposable
{
    private const nuint LineSize = 64;
    private const nuint HugePageSize = 2 << 20;
    private const int AdviseHugePage = 14;

    private nuint _size;

    public NativeSlab(long size, bool cleared)
    {
        _size = (nuint)size;
        Pointer = Allocate(_size);
        if (cleared) NativeMemory.Clear(Pointer, _size);
    }

    ~NativeSlab() => Free();

    public byte* Pointer { get; private set; }

    public long Size => (long)_size;

    /// <summary>Enlarges to <paramref name="size"/> bytes, keeping what is there; the added bytes are undefined.</summary>
    public void Grow(long size)
    {
        var larger = Allocate((nuint)size);
        NativeMemory.Copy(Pointer, larger, _size);
        NativeMemory.AlignedFree(Pointer);
        Pointer = larger;
        _size = (nuint)size;
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
        _size = 0;
    }

    private static byte* Allocate(nuint size)
    {
        if (size < HugePageSize) return (byte*)NativeMemory.AlignedAlloc(size, LineSize);
        var memory = (byte*)NativeMemory.AlignedAlloc(size, HugePageSize);
        // Only a hint: a kernel without huge pages answers with an error and the memory is as good, merely slower.
        if (OperatingSystem.IsLinux()) _ = Advise(memory, size, AdviseHugePage);
        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint size, int advice);
}
