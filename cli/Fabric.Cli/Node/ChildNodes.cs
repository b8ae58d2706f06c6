using System.Diagnostics;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Verbs;

namespace Fabric.Cli.Node;

/// <summary>
/// Nodes 2 to N of <c>up --nodes N</c>, each a process of its own. A child stops when its standard input ends: that is how it is asked to,
/// and what happens by itself when this process dies in any way, so no child outlives it.
/// </summary>
internal sealed class ChildNodes : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly List<(int Index, Process Process, string Log)> _children = [];

    /// <param name="index">From 2.</param>
    public void Start(int index, Uri api, HostAndPort remoting, IReadOnlyList<Uri> contacts, string dataDirectory)
    {
        var log = Path.Combine(DataFolder.LogDirectory(dataDirectory), $"node-{index}.out");
        string[] arguments =
        [
            "node", "--api", api.GetLeftPart(UriPartial.Authority), "--remoting", remoting.ToString(), "--data", dataDirectory,
            "--log-name", $"node-{index}", NodeVerb.UntilInputEnds,
                .. contacts.SelectMany(c => new[] { "--contact", c.GetLeftPart(UriPartial.Authority) }),
        ];
        var start = FabricProgram.Again(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new CliException(ExitCode.WrongInput, $"node {index} cannot be started");
        var output = TextWriter.Synchronized(new StreamWriter(log, append: false) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => output.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => output.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _children.Add((index, process, log));
    }

    /// <summary>Completes with one line as soon as a child has ended; never when there is none.</summary>
    public async Task<string> FirstEndAsync(CancellationToken cancel)
    {
        if (_children.Count == 0) await Task.Delay(Timeout.Infinite, cancel);
        var ended = await Task.WhenAny(_children.Select(async child =>
        {
            await child.Process.WaitForExitAsync(cancel);
            return child;
        }));
        var (index, process, log) = await ended;
        var reason = Complaint(log) ?? $"it gave no reason; see {Path.ChangeExtension(log, ".log")}";
        return $"node {index} (pid {process.Id}) ended with exit code {process.ExitCode}: {reason}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process, _) in _children)
        {
            if (!process.HasExited) process.StandardInput.Close();
        }
        using var patience = new CancellationTokenSource(StopPatience);
        foreach (var (_, process, _) in _children)
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }

    /// <summary>The error it ended with, if it could tell one.</summary>
    private static string? Complaint(string log)
    {
        const string Mark = "fabric: ";
        try
        {
            using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var last = reader.ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .LastOrDefault();
            return last?.StartsWith(Mark, StringComparison.Ordinal) == true ? last[Mark.Length..] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
