using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Fabric.Bench;

/// <summary>
/// A recipe in bench/peers that runs both sides itself, in turns, because what it measures are the commands of a shell: lines of a word
/// for the work and the values of the sides. Called off, it is told to end, and ends what it started.
/// </summary>
public static partial class PeerScript
{
    private const string Name = "Open vSwitch";
    private const int SigTerm = 15;

    /// <param name="cases">By the word of the work; missing words are not shown.</param>
    public static void Run(BenchRun run, string script, int size, IReadOnlyDictionary<string, BenchCase> cases)
    {
        var missing = Installed.WhyMissing("openvswitch-switch", StockSwitch.Plain);
        var compares = run.Options.Compares && missing is null;
        var path = Path.Combine(AppContext.BaseDirectory, "peers", script);
        string[] arguments = [path, Text(size), Text(run.Options.Rounds)];
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SIDES"] = compares ? "stock fabric" : "fabric";
        start.Environment["FABRIC"] = string.Join(' ', BenchParts.Program);
        run.Tell("starting the switches");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var values = cases.Keys.ToDictionary(work => work, _ => (Ours: new List<double>(), Theirs: new List<double>()));
        var isTold = 0;
        void End()
        {
            if (Interlocked.Exchange(ref isTold, 1) == 0) _ = Kill(process.Id, SigTerm);
        }

        using (run.WhenCalledOff(End))
        {
            try
            {
                Read(run, process.StandardOutput, values, compares);
                process.WaitForExit();
            }
            catch
            {
                // It takes its switches with it.
                End();
                process.WaitForExit();
                throw;
            }
        }

        run.Pause(TimeSpan.Zero);
        if (process.ExitCode != 0) throw new PeerException($"{script}: {error.Result.Trim().ReplaceLineEndings(" ")}");
        foreach (var (work, what) in cases)
        {
            if (compares) run.AddPairs(what, values[work].Ours, values[work].Theirs, Name);
            else run.Add(what, values[work].Ours, run.Options.Compares ? missing : null, run.Options.Compares ? Name : null);
        }
    }

    private static void Read(
        BenchRun run, StreamReader output, Dictionary<string, (List<double> Ours, List<double> Theirs)> values, bool compares)
    {
        while (output.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            run.Tell(line);
            if (!values.TryGetValue(words[0], out var lists)) continue;
            lists.Ours.Add(double.Parse(words[1], CultureInfo.InvariantCulture));
            if (compares) lists.Theirs.Add(double.Parse(words[2], CultureInfo.InvariantCulture));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
