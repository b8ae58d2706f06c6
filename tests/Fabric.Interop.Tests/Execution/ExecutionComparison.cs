using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.Interop.Tests;

/// <summary>Holds conversations with the real switch and with ours, and collects what differs.</summary>
internal sealed class ExecutionComparison
{
    private readonly List<string> _differences = [];
    private int _cases;

    public void Compare(DrivenSwitch stock, IOwnSide own, string rules, Conversation talk)
    {
        _cases++;
        var name = $"{rules} / {talk.Name}";
        stock.Forget();
        own.Forget();
        stock.TakeSent();
        own.TakeSent();
        var seen = new Seen();
        var step = 0;
        foreach (var next in talk.Steps)
        {
            step++;
            if (next.WaitMs > 0)
            {
                stock.Warp(next.WaitMs);
                own.Warp(next.WaitMs);
                continue;
            }

            foreach (var frame in next.Frames(seen))
            {
                stock.Receive(next.Port, frame);
                own.Learn(stock);
                own.Receive(next.Port, frame);
                if (!IsSame(stock.TakeSent(), own.TakeSent(), seen, $"{name}, step {step}", stock)) return;
            }
        }

        var (expected, actual) = (Lines(stock.Connections()), Lines(own.Connections()));
        if (expected != actual) _differences.Add($"{name}: connections are\n{actual}\nand should be\n{expected}");
        if (own.Misses > 0) _differences.Add($"{name}: {own.Misses} frames found no flow");
    }

    public void CompareTexts(string name, string expected, string actual)
    {
        _cases++;
        (expected, actual) = (Lines(expected), Lines(actual));
        if (expected == actual) return;
        var left = expected.Split('\n').Except(actual.Split('\n')).Select(l => "-" + l);
        var right = actual.Split('\n').Except(expected.Split('\n')).Select(l => "+" + l);
        _differences.Add($"{name}\n{string.Join('\n', left.Concat(right))}");
    }

    private bool IsSame(
        IReadOnlyList<(int Port, byte[] Frame)> expected, IReadOnlyList<(int Port, byte[] Frame)> actual, Seen seen, string name,
        DrivenSwitch stock)
    {
        foreach (var (port, frame) in expected) seen.Note(port, frame);
        if (expected.Count == actual.Count
            && expected.Zip(actual, (e, a) => e.Port == a.Port && e.Frame.AsSpan().SequenceEqual(a.Frame)).All(same => same)) return true;
        var text = new StringBuilder(name).Append(": sent\n");
        foreach (var (port, frame) in actual) text.Append(CultureInfo.InvariantCulture, $"  {port} {Convert.ToHexString(frame)}\n");
        text.Append("and should have\n");
        foreach (var (port, frame) in expected) text.Append(CultureInfo.InvariantCulture, $"  {port} {Convert.ToHexString(frame)}\n");
        text.Append("by\n  ").AppendJoin("\n  ", stock.Flows());
        _differences.Add(text.ToString());
        return false;
    }

    public void Report(int least)
    {
        var first = string.Join("\n\n", _differences.Take(12));
        Assert.True(_differences.Count == 0, $"{_differences.Count} of {_cases} cases differ:\n{first}");
        Assert.InRange(_cases, least, int.MaxValue);
    }

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}
