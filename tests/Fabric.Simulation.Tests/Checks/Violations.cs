namespace Fabric.Simulation.Tests;

/// <summary>What the checkers found, in the order of finding; the first few are kept.</summary>
internal sealed class Violations(SimClock clock)
{
    private const int Kept = 20;

    private readonly List<string> _texts = [];

    public int Count { get; private set; }

    public HashSet<Rule> Rules { get; } = [];

    public void Add(Rule rule, string text)
    {
        Count++;
        Rules.Add(rule);
        if (_texts.Count < Kept) _texts.Add($"{clock.NowUs / 1e6:f6} s, {rule}: {text}");
    }

    public override string ToString() => string.Join('\n', _texts);
}
