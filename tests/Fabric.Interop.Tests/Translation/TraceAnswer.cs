using System.Globalization;
using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// What <c>ofproto/trace</c> says, made comparable: recirculation ids count from 1 in the order in which they appear, and so do the
/// datapath's meters, whose numbers OVS frees some time after a meter is gone; and ports that are sent to one after the other stand in
/// order, for OVS floods in the order of a hash table.
/// </summary>
internal sealed partial class TraceAnswer
{
    private const string ActionLead = "Datapath actions: ";

    public TraceAnswer(string text)
    {
        var ids = new Dictionary<string, string>();
        Text = RecirculationId().Replace(text, m =>
        {
            if (m.Groups[2].Value == "0") return m.Value;
            if (!ids.TryGetValue(m.Groups[2].Value, out var id)) ids[m.Groups[2].Value] = id = $"0x{ids.Count + 1:x}";
            return m.Groups[1].Value + id;
        }).TrimEnd('\n');
        var meters = new List<string>();
        Text = Meter().Replace(Text, m =>
        {
            if (!meters.Contains(m.Groups[1].Value)) meters.Add(m.Groups[1].Value);
            return string.Create(CultureInfo.InvariantCulture, $"meter({meters.IndexOf(m.Groups[1].Value) + 1})");
        });
        var lines = Text.Split('\n').Select(l => l.StartsWith(ActionLead, StringComparison.Ordinal)
            ? ActionLead + Sort(l[ActionLead.Length..]) : l).ToArray();
        Text = string.Join('\n', lines);
        Megaflows = [.. lines.Where(l => l.StartsWith("Megaflow: ", StringComparison.Ordinal)).Select(l => l[10..])];
        Actions = [.. lines.Where(l => l.StartsWith(ActionLead, StringComparison.Ordinal)).Select(l => l[ActionLead.Length..])];
    }

    public string Text { get; }

    /// <summary>One for each time the packet enters the datapath.</summary>
    public IReadOnlyList<string> Megaflows { get; }

    public IReadOnlyList<string> Actions { get; }

    /// <summary>A translation that failed, or a flow that could not be read, has no actions to compare.</summary>
    public string ActionText => Actions.Count == 0 ? Text : string.Join("\n", Actions);

    public string MegaflowText => string.Join("\n", Megaflows);

    /// <summary>Sorts runs of outputs, a tunnel's with the header that belongs to it.</summary>
    private static string Sort(string actions) => Outputs().Replace(actions, m =>
        string.Join(',', Output().Matches(m.Value).Select(o => o.Value).Order(StringComparer.Ordinal)));

    [GeneratedRegex(@"(recirc_id=|recirc_id\(|recirc\(|recirc_id:)(0x[0-9a-f]+|[0-9]+)")]
    private static partial Regex RecirculationId();

    [GeneratedRegex(@"\bmeter\((\d+)\)")]
    private static partial Regex Meter();

    [GeneratedRegex(@"(?<=^|[,(])(set\(tunnel\(((?!\)\),).)*\)\),)?\d+(,(set\(tunnel\(((?!\)\),).)*\)\),)?\d+)+(?=$|[,)])")]
    private static partial Regex Outputs();

    [GeneratedRegex(@"(set\(tunnel\(((?!\)\),).)*\)\),)?\d+")]
    private static partial Regex Output();
}
