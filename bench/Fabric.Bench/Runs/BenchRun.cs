using System.Globalization;
using Fabric.Wire;

namespace Fabric.Bench;

/// <summary>
/// The rounds of one benchmark. A figure is warmed up until two rounds differ by less than a twentieth; then come the rounds that count,
/// in pairs with the peer's where there is one, and who goes first changes with every pair: the machine is never the same twice, so only
/// the two halves of one pair are compared.
/// </summary>
/// <param name="progress">Is told what is being measured, a line at a time.</param>
public sealed class BenchRun(IBenchmark benchmark, BenchOptions options, Action<string> progress, CancellationToken cancel)
{
    private const int MostWarmUps = 6;
    private const double Settled = 0.05;

    private readonly List<BenchResult> _results = [];

    public IReadOnlyList<BenchResult> Results => _results;

    public BenchOptions Options => options;

    /// <summary>So much of a count or size as this run does.</summary>
    public int Scaled(int count) => Math.Max(1, (int)(count * options.Scale));

    /// <summary>So much of a time as this run takes.</summary>
    public TimeSpan Scaled(TimeSpan time) => time * options.Scale;

    public void Tell(string text)
    {
        cancel.ThrowIfCancellationRequested();
        progress($"{benchmark.Name}: {text}");
    }

    /// <summary>Waits, unless the run is called off meanwhile. For whoever waits for something to happen, again and again.</summary>
    public void Pause(TimeSpan time)
    {
        cancel.WaitHandle.WaitOne(time);
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Has something done if the run is called off before what is returned is disposed.</summary>
    public IDisposable WhenCalledOff(Action action) => cancel.Register(action);

    /// <param name="round">Does one round and returns its value in the case's unit.</param>
    /// <param name="peer">Who does the same work; asked only if this run compares.</param>
    public void Measure(BenchCase what, Func<double> round, PeerSource? peer = null)
    {
        Tell(what.Name);
        WarmUp(round);
        if (peer is null || !options.Compares)
        {
            var values = Enumerable.Range(0, options.Rounds).Select(_ => Do(round)).ToList();
            Add(what, values);
            return;
        }

        if (peer.WhyMissing is { } why)
        {
            Add(what, Enumerable.Range(0, options.Rounds).Select(_ => Do(round)).ToList(), why, peer.Name);
            return;
        }

        try
        {
            Tell($"{what.Name}, beside {peer.Name}");
            using var started = peer.Start(options.Scale);
            started.Round();
            var pairs = Enumerable.Range(0, options.Rounds).Select(pair => Pair(pair, round, started.Round)).ToList();
            Keep(new BenchResult(
                benchmark.Name, what, pairs.ConvertAll(p => p.Ours), peer.Name, pairs.ConvertAll(p => p.Theirs), started.Note));
        }
        catch (PeerException e)
        {
            Add(what, [], $"void: {e.Message}", peer.Name);
        }
    }

    /// <summary>Values that came by while something else was measured.</summary>
    public void Add(BenchCase what, IReadOnlyList<double> values, string? note = null, string? peer = null) =>
        Keep(new BenchResult(benchmark.Name, what, values, peer, [], note));

    /// <summary>Pairs that were measured elsewhere, in their order.</summary>
    public void AddPairs(BenchCase what, IReadOnlyList<double> ours, IReadOnlyList<double> theirs, string peer) =>
        Keep(new BenchResult(benchmark.Name, what, ours, peer, theirs, null));

    /// <summary>Millions a second of processor time of this thread.</summary>
    public static double MillionsPerSecond(long count, Action work)
    {
        var start = ThreadClock.Seconds;
        work();
        return count / (ThreadClock.Seconds - start) / 1e6;
    }

    /// <summary>Less than the full work is a look, not the figure that its name says.</summary>
    private void Keep(BenchResult result)
    {
        var share = options.Scale < 1 ? string.Create(CultureInfo.InvariantCulture, $"at {options.Scale} of the work") : null;
        _results.Add(result with { Note = share is null || result.Note is null ? result.Note ?? share : $"{result.Note}; {share}" });
    }

    private (double Ours, double Theirs) Pair(int number, Func<double> ours, Func<double> theirs)
    {
        if (number % 2 == 0) return (Do(ours), Do(theirs));
        var their = Do(theirs);
        return (Do(ours), their);
    }

    private void WarmUp(Func<double> round)
    {
        var last = Do(round);
        for (var i = 1; i < MostWarmUps; i++)
        {
            var value = Do(round);
            if (Math.Abs(value - last) < Settled * Math.Abs(last)) return;
            last = value;
        }
    }

    private double Do(Func<double> round)
    {
        cancel.ThrowIfCancellationRequested();
        var value = round();
        Invariant.Check(double.IsFinite(value), "a round has a value");
        return value;
    }
}
