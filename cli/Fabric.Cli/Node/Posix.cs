using System.Runtime.InteropServices;

namespace Fabric.Cli.Node;

/// <summary>The few calls the runtime does not offer.</summary>
internal static partial class Posix
{
    public const int SigTerm = 15;

    /// <summary>EAGAIN, which an <see cref="IOException"/> carries when another process holds the file's lock.</summary>
    public const int Again = 11;

    /// <summary>EPIPE, likewise when the reader of a pipe has gone.</summary>
    public const int BrokenPipe = 32;

    /// <summary>Leaves the terminal's session, so that closing the terminal does not end the process.</summary>
    public static void LeaveSession() => _ = SetSid();

    /// <returns>False if there is no such process, or it is not ours.</returns>
    public static bool Signal(int pid, int signal) => pid > 1 && Kill(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
