using System.Diagnostics;
using System.Globalization;
using Fabric.Wire;

namespace Fabric.Bench.Ovsdb;

/// <summary>P11: 200 ports in one transaction of ovs-vsctl, Fabric's switch against Debian's, in turns.</summary>
internal sealed class PortsBenchmark : IBenchmark
{
    private const string Script = "bench/peers/ovs-vsctl-ports.sh";

    public string Name => "ports";

    public string Purpose => "P11: 200 ports in one ovs-vsctl transaction, ratio to Debian's daemons, 5 pairs";

    public void Run(TextWriter output)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Root(), Script)) { RedirectStandardOutput = true })!;
        var pairs = new List<(double Stock, double Fabric)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var milliseconds = line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            pairs.Add((milliseconds[0], milliseconds[1]));
        }

        process.WaitForExit();
        Invariant.Check(process.ExitCode == 0 && pairs.Count > 0, "the peers ran");
        output.WriteLine($"200 ports, Debian  {Spread(pairs.Select(p => p.Stock))} ms");
        output.WriteLine($"200 ports, Fabric  {Spread(pairs.Select(p => p.Fabric))} ms");
        output.WriteLine($"ratio              {Spread(pairs.Select(p => p.Fabric / p.Stock))}");
    }

    private static string Spread(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture, $"median {sorted[sorted.Length / 2]:0.00}, {sorted[0]:0.00} to {sorted[^1]:0.00}");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Script))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"{Script} is not above {AppContext.BaseDirectory}");
    }
}
