using System.Diagnostics;
using System.Globalization;

namespace Fabric.Bench;

/// <summary>
/// A recipe in bench/peers that runs both sides itself, in turns, because what it measures are the commands of a shell: lines of a word
/// for the work and the values of the sides.
/// </summary>
internal static class PeerScript
{
    private const string Name = "Open vSwitch";

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
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var values = cases.Keys.ToDictionary(work => work, _ => (Ours: new List<double>(), Theirs: new List<double>()));
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            run.Tell(line);
            if (!values.TryGetValue(words[0], out var lists)) continue;
            lists.Ours.Add(double.Parse(words[1], CultureInfo.InvariantCulture));
            if (compares) lists.Theirs.Add(double.Parse(words[2], CultureInfo.InvariantCulture));
        }

        process.WaitForExit();
        if (process.ExitCode != 0) throw new PeerException($"{script}: {error.Result.Trim().ReplaceLineEndings(" ")}");
        foreach (var (work, what) in cases)
        {
            if (compares) run.AddPairs(what, values[work].Ours, values[work].Theirs, Name);
            else run.Add(what, values[work].Ours, run.Options.Compares ? missing : null, run.Options.Compares ? Name : null);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
