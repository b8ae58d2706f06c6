using System.Diagnostics;
using Fabric.Cli.Node;

namespace Fabric.Cli.DropIn;

/// <summary>
/// <c>--detach</c>: the program is started again in the background, and its starter ends when it serves. The runtime cannot fork, so the
/// child is told by its environment, and tells by a line on its standard output.
/// </summary>
internal static class Detachment
{
    private const string Mark = "FABRIC_DETACHED";
    private const string Ready = "ready";

    /// <summary>This process is the background one.</summary>
    public static bool IsChild(IReadOnlyDictionary<string, string> environment) => environment.ContainsKey(Mark);

    /// <summary>Starts the program again with the same arguments and waits until it is ready or has ended.</summary>
    public static async Task<int> StartAsync(IEnumerable<string> arguments, TextWriter error, CancellationToken cancel)
    {
        var start = FabricProgram.Again(arguments);
        start.Environment[Mark] = "1";
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var child = Process.Start(start)!;
        child.StandardInput.Close();
        var line = await child.StandardOutput.ReadLineAsync(cancel);
        if (line == Ready) return 0;
        await error.WriteAsync(await child.StandardError.ReadToEndAsync(cancel));
        await child.WaitForExitAsync(cancel);
        return child.ExitCode == 0 ? 1 : child.ExitCode;
    }

    /// <summary>To be called by the child when it serves: tells the starter, and lets go of its terminal and folder.</summary>
    public static void Complete(Stream output, bool changesFolder)
    {
        output.Write("ready\n"u8);
        output.Flush();
        Posix.LeaveSession();
        Posix.SilenceStandardStreams();
        if (changesFolder) Directory.SetCurrentDirectory("/");
    }
}
