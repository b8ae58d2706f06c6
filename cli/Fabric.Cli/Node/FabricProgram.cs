using System.Diagnostics;

namespace Fabric.Cli.Node;

/// <summary>Starts this same program again.</summary>
internal static class FabricProgram
{
    public static ProcessStartInfo Again(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "dotnet") { UseShellExecute = false };
        foreach (var argument in Invocation().Concat(arguments)) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>The same with all output appended to a file and no input, by way of the shell: pipes of ours would close with us.</summary>
    public static ProcessStartInfo AgainInto(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1");
        start.ArgumentList.Add("fabric");
        start.ArgumentList.Add(file);
        start.ArgumentList.Add(Environment.ProcessPath ?? "dotnet");
        foreach (var argument in Invocation().Concat(arguments)) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Under <c>dotnet fabric.dll</c> the process is <c>dotnet</c> and the program its first argument.</summary>
    private static IEnumerable<string> Invocation() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "fabric.dll")] : [];
}
