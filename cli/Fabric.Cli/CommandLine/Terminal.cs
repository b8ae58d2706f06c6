using Microsoft.Win32.SafeHandles;

namespace Fabric.Cli.CommandLine;

/// <summary>Where a command prints and what it may assume about the reader. Tests give it string writers.</summary>
/// <param name="OutBytes">Standard output as bytes, for captures.</param>
/// <param name="Interactive">A person watches standard output: colours, live views and folding to <paramref name="Width"/> are
/// welcome.</param>
/// <param name="Width">Columns; only meant for interactive output.</param>
internal sealed record Terminal(
    TextWriter Out, TextWriter Error, Func<Stream> OutBytes, bool Interactive, bool Colours, int Width,
    IReadOnlyDictionary<string, string> Environment)
{
    private const int WidthOfReaderUnknown = 100;

    public static Terminal OfProcess()
    {
        var environment = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        var interactive = !Console.IsOutputRedirected && environment.GetValueOrDefault("TERM") is not (null or "dumb");
        var colours = interactive && string.IsNullOrEmpty(environment.GetValueOrDefault("NO_COLOR"));
        var width = interactive ? ConsoleWidth() : WidthOfReaderUnknown;
        return new Terminal(Console.Out, Console.Error, StandardOutput, interactive, colours, width, environment);
    }

    /// <summary>Not the console's stream: that one goes on silently when nobody reads any more.</summary>
    private static FileStream StandardOutput() =>
        new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static int ConsoleWidth()
    {
        try
        {
            return Console.WindowWidth > 20 ? Console.WindowWidth : WidthOfReaderUnknown;
        }
        catch (IOException)
        {
            return WidthOfReaderUnknown;
        }
    }
}
