using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Fabric.Interop.Tests;

/// <summary>A program that runs beside the test, and does not outlive it.</summary>
internal sealed partial class Tool : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Packages = new()
    {
        ["tshark"] = "tshark", ["ovs-testcontroller"] = "openvswitch-testcontroller", ["ip"] = "iproute2", ["ping"] = "iputils-ping",
    };

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    private Tool(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_out, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program. One that is not installed fails by name.</summary>
    public static Tool Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("FABRIC_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            return new Tool(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            var package = Packages.GetValueOrDefault(program, program);
            throw new InvalidOperationException(
                $"{program} does not start: {e.Message}. This test needs it (Debian: apt-get install {package})", e);
        }
    }

    public static async Task<ToolRun> RunAsync(string program, params string[] arguments)
    {
        await using var tool = Start(program, arguments);
        return await tool.EndAsync();
    }

    public async Task<ToolRun> EndAsync(TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        using var end = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{_process.StartInfo.FileName} has not ended within {limit.TotalSeconds} s\n{Said}");
        }

        lock (_out) lock (_error) return new ToolRun(_process.StartInfo.FileName, _process.ExitCode, _out.ToString(), _error.ToString());
    }

    /// <summary>Asks it to end, then waits.</summary>
    public async Task<ToolRun> StopAsync(int signal = Interrupt, TimeSpan? patience = null)
    {
        Signal(signal);
        return await EndAsync(patience);
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(Id, signal));

    /// <summary>Waits until it has said something on standard output or standard error.</summary>
    public async Task UntilSaysAsync(string words)
    {
        var clock = Stopwatch.StartNew();
        while (!Said.Contains(words, StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < Patience && !HasExited, $"{_process.StartInfo.FileName} does not say '{words}'\n{Said}");
            await Task.Delay(20);
        }
    }

    /// <summary>All it has said so far on either output.</summary>
    public string Said
    {
        get { lock (_out) lock (_error) return $"{_out}{_error}"; }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
