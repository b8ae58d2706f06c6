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

    /// <summary>Lets standard input, output and error lead nowhere, so that whoever reads or writes them sees their end.</summary>
    public static void SilenceStandardStreams()
    {
        const int ReadWrite = 2;
        var nowhere = Open("/dev/null", ReadWrite);
        for (var standard = 0; standard <= 2 && nowhere >= 0; standard++) _ = Duplicate(nowhere, standard);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
