using System.Runtime.InteropServices;

namespace Fabric.Actors;

/// <summary>Makes a file's name as durable as its content: <c>fsync</c> of the folder, which the runtime does not offer.</summary>
internal static partial class DirectoryDisk
{
    private const int CloseOnExec = 0x80000;

    public static void Flush(string file)
    {
        var folder = Open(Path.GetDirectoryName(Path.GetFullPath(file))!, CloseOnExec);
        if (folder < 0) throw new IOException($"{file}: its folder cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Fsync(folder) != 0) throw new IOException($"{file}: its folder cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
