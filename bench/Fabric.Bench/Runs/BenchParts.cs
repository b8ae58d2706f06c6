using System.Diagnostics;
using System.Reflection;
using Fabric.Bench.Ovsdb;
using Fabric.Bench.Server;

namespace Fabric.Bench;

/// <summary>Parts of a benchmark that are processes of their own: this program started again, talking over its input and output.</summary>
public static class BenchParts
{
    /// <summary>The option of <c>fabric bench</c> that says which part to be.</summary>
    public const string Option = "--part";

    private static readonly Dictionary<string, Action<string[], TextWriter>> Parts = new()
    {
        [WireBenchmark.SinkPart] = (_, output) => WireBenchmark.RunSink(output),
        [OvsdbPeers.ServePart] = OvsdbPeers.Serve,
        [OvsdbPeers.IdlePart] = OvsdbPeers.TellIdle,
        [PacketSender.Part] = PacketSender.Run,
    };

    public static bool TryRun(string part, string[] arguments, TextWriter output)
    {
        if (!Parts.TryGetValue(part, out var run)) return false;
        run(arguments, output);
        return true;
    }

    /// <summary>The words that start this program.</summary>
    internal static string[] Program { get; } =
        Path.GetFileName(Environment.ProcessPath!).StartsWith("dotnet", StringComparison.Ordinal)
            ? [Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location]
            : [Environment.ProcessPath!];

    internal static Process Start(string part, params string[] arguments)
    {
        return Process.Start(new ProcessStartInfo(Program[0], [.. Program[1..], "bench", Option, part, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }
}
