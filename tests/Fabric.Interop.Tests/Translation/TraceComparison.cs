using System.Text;

namespace Fabric.Interop.Tests.Translation;

/// <summary>Traces packets on both switches and keeps account of what differs.</summary>
internal sealed class TraceComparison(ITracedSwitch ours)
{
    private readonly StringBuilder _failures = new();
    private readonly StringBuilder _texts = new();
    private readonly Dictionary<string, int> _reasons = [];
    private int _shown;

    public int Count { get; private set; }

    public int ActionDifferences { get; private set; }

    public int MegaflowDifferences { get; private set; }

    public int TextDifferences { get; private set; }

    /// <summary>Megaflows that differ as <see cref="KnownDifferences"/> says.</summary>
    public int Explained { get; private set; }

    /// <summary>Equal in actions and megaflow, but not in the words around them.</summary>
    public string Texts => _texts.ToString();

    /// <summary>Listed as different, but equal.</summary>
    public int Stale { get; private set; }

    /// <summary>The first differences, with what was asked.</summary>
    public string Failures => _failures.ToString();

    public string Summary => $"{Count} traces: actions differ in {ActionDifferences}, megaflows in {MegaflowDifferences} "
        + $"and {Explained} for a known reason, texts in {TextDifferences}, listed but equal {Stale}"
        + string.Concat(_reasons.Select(r => $"\n  {r.Value} x {r.Key}"));

    /// <param name="isFresh">
    /// Whether the real switch had no rules before. Those that are deleted stay in its tables for a while, and until then its megaflows
    /// have more.
    /// </param>
    /// <returns>False when it has to be asked anew, with a fresh switch; then nothing has been counted.</returns>
    public async Task<bool> TryRunAsync(ITracedSwitch theirs, RuleSet rules, bool isFresh)
    {
        await theirs.LoadAsync(rules);
        await ours.LoadAsync(rules);
        var expected = await theirs.TraceAsync(rules.Packets);
        var actual = await ours.TraceAsync(rules.Packets);
        bool IsOpen() => Enumerable.Range(0, actual.Count)
            .Any(i => rules.Packets[i].Difference == null && IsUnexplained(expected[i], actual[i]));
        for (var i = 0; i < 3 && IsOpen(); i++) expected = await theirs.TraceAsync(rules.Packets);
        if (!isFresh && IsOpen()) return false;
        for (var i = 0; i < expected.Count; i++) Compare(rules, rules.Packets[i], expected[i], actual[i]);
        return true;
    }

    private static bool IsUnexplained(TraceAnswer expected, TraceAnswer actual) => expected.MegaflowText != actual.MegaflowText
        && KnownDifferences.Explain(expected.MegaflowText, actual.MegaflowText) == null;

    private void Compare(RuleSet rules, TracedPacket packet, TraceAnswer expected, TraceAnswer actual)
    {
        Count++;
        var actionsDiffer = expected.ActionText != actual.ActionText;
        var megaflowDiffers = expected.MegaflowText != actual.MegaflowText;
        if (packet.Difference is { } reason)
        {
            var textDiffers = !actionsDiffer && !megaflowDiffers && expected.Text != actual.Text;
            var isListed = reason.StartsWith("actions", StringComparison.Ordinal) ? actionsDiffer
                : reason.StartsWith("text", StringComparison.Ordinal) ? textDiffers : megaflowDiffers && !actionsDiffer;
            if (isListed) return;
            if (!actionsDiffer && !megaflowDiffers && !textDiffers) Stale++;
        }

        if (megaflowDiffers && !actionsDiffer && KnownDifferences.Explain(expected.MegaflowText, actual.MegaflowText) is { } known)
        {
            Explained++;
            _reasons[known] = _reasons.GetValueOrDefault(known) + 1;
            return;
        }

        if (actionsDiffer) ActionDifferences++;
        else if (megaflowDiffers) MegaflowDifferences++;
        else if (expected.Text != actual.Text)
        {
            if (KnownDifferences.ExplainText(expected.Text, actual.Text) is { } why)
            {
                _reasons[why] = _reasons.GetValueOrDefault(why) + 1;
                return;
            }

            TextDifferences++;
            if (TextDifferences < 20) _texts.Append($"? {packet.Flow}\n--- OVS\n{expected.Text}\n--- ours\n{actual.Text}\n");
            return;
        }
        else
        {
            return;
        }

        if (_shown++ > 20) return;
        _failures.Append($"{rules}\n? {packet.Flow} {string.Join(' ', packet.Options)}\n");
        if (actionsDiffer) _failures.Append($"--- OVS\n{expected.Text}\n--- ours\n{actual.Text}\n\n");
        else _failures.Append($"OVS  {expected.MegaflowText}\nours {actual.MegaflowText}\n\n");
    }
}
