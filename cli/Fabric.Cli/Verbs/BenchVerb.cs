using System.CommandLine;
using Fabric.Bench;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class BenchVerb
{
    public static Command Build(VerbContext context)
    {
        var names = new Argument<string[]>("NAME")
        {
            Description = $"One of {string.Join(", ", Benchmarks.All.Select(b => b.Name))}; without, those of the NIC and the way to it",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var compare = new Option<bool>("--compare")
        {
            Description = "Run Open vSwitch, and its DPDK build, on the same work in turns, where they are installed",
        };
        var list = new Option<bool>("--list") { Description = "What each benchmark measures" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds that count", HelpName = "N", DefaultValueFactory = _ => 5 };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var n) || n is < 1 or > 1_000))
                result.AddError($"--rounds is '{result.Tokens[0].Value}'; give a number from 1 to 1000");
        });
        var scale = new Option<double>("--scale")
        {
            Description = "Share of the work of each round; 0.1 for a first look", HelpName = "SHARE", DefaultValueFactory = _ => 1,
        };
        var part = new Option<string?>(BenchParts.Option) { Hidden = true };
        var command = new Command("bench", "Measure this machine's Fabric, alone or beside Open vSwitch")
        {
            names, compare, list, rounds, scale, part,
        };
        command.SetAction((parsed, cancel) =>
        {
            var words = parsed.GetValue(names) ?? [];
            if (parsed.GetValue(part) is { } partName)
            {
                return Task.FromResult(
                    BenchParts.TryRun(partName, words, context.Terminal.Out) ? ExitCode.Done : ExitCode.WrongInput);
            }

            if (parsed.GetValue(list))
            {
                foreach (var benchmark in Benchmarks.All) context.Terminal.Out.WriteLine($"{benchmark.Name,-12} {benchmark.Purpose}");
                return Task.FromResult(ExitCode.Done);
            }

            var chosen = words.Length == 0 ? Benchmarks.Nic : words.Select(Find).ToList();
            var share = parsed.GetValue(scale);
            if (share is not (> 0 and <= 1)) throw new CliException(ExitCode.WrongInput, "--scale wants a share above 0 and up to 1");
            var options = new BenchOptions { Compares = parsed.GetValue(compare), Rounds = parsed.GetValue(rounds), Scale = share };
            return Task.Run(() => Run(context, parsed, chosen, options, cancel), CancellationToken.None);
        });
        return command;
    }

    private static int Run(
        VerbContext context, ParseResult parsed, IReadOnlyList<IBenchmark> chosen, BenchOptions options, CancellationToken cancel)
    {
        var results = new List<BenchResult>();
        var progress = new BenchProgress(context.Terminal, context.Quiet(parsed));
        try
        {
            foreach (var benchmark in chosen) results.AddRange(Measure(benchmark, options, progress, cancel));
        }
        finally
        {
            progress.End();
        }

        var lines = results.ConvertAll(BenchLine.Of);
        context.Print(parsed, lines, ApiJson.Default.BenchLines, BenchSheet.Of(results));
        return results.Any(r => r.Verdict == Verdict.Missed) ? ExitCode.CheckFailed : ExitCode.Done;
    }

    private static IReadOnlyList<BenchResult> Measure(
        IBenchmark benchmark, BenchOptions options, BenchProgress progress, CancellationToken cancel)
    {
        try
        {
            return Benchmarks.Run(benchmark, options, progress.Tell, cancel);
        }
        catch (PeerException e)
        {
            throw new CliException(ExitCode.CheckFailed, $"{benchmark.Name}: {e.Message}");
        }
    }

    private static IBenchmark Find(string name) =>
        Benchmarks.All.FirstOrDefault(b => b.Name == name) ?? throw new CliException(
            ExitCode.WrongInput, $"'{name}' is not a benchmark; one of {string.Join(", ", Benchmarks.All.Select(b => b.Name))}");
}
