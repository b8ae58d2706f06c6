using System.Globalization;

namespace Fabric.Agent;

/// <summary>Flows from files, or all at once: <c>dpctl/add-flows</c>, <c>mod-flows</c>, <c>del-flows</c>; and <c>ct-bkts</c>.</summary>
internal static class DpctlFileCommands
{
    private static readonly string[] Verbs = ["add", "modify", "delete"];

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        void Command(string name, string usage, int min, int max, Func<DpctlCall, bool> run) =>
            registry.Add("dpctl/" + name, usage, min, max, call => DpctlCall.Run(context, call, run));

        Command("add-flows", "[dp] file", 1, 2, dpctl => Process(dpctl, context.Host, "add"));
        Command("mod-flows", "[dp] file", 1, 2, dpctl => Process(dpctl, context.Host, "modify"));
        Command("del-flows", "[dp] [file]", 0, 2, dpctl => NamesFile(dpctl) ? Process(dpctl, context.Host, "delete") : Flush(dpctl));
        Command("ct-bkts", "[dp] [gt=N]", 0, 2, ShowBuckets);
    }

    private static bool NamesFile(DpctlCall dpctl) =>
        dpctl.Arguments.Count == 2 || (dpctl.Arguments.Count == 1 && !dpctl.Choose(dpctl.Arguments[0]));

    private static bool Flush(DpctlCall dpctl)
    {
        if (!dpctl.OpenDatapath(1)) return false;
        foreach (var flow in dpctl.View.Flows) dpctl.Datapath.FlowDelete(flow.Ufid, FlowDeleteReason.Purge);
        return true;
    }

    /// <summary>A line that is wrong is told and passed over, and the command counts as done.</summary>
    private static bool Process(DpctlCall dpctl, ISwitchHost host, string verb)
    {
        var file = dpctl.Arguments[^1];
        if (!dpctl.OpenDatapath(3)) return false;
        if (host.ReadLines(file, out var error) is not { } lines)
        {
            dpctl.Fail($"Opening file \"{file}\" failed", error);
            return true;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            var comment = lines[i].IndexOf('#', StringComparison.Ordinal);
            var line = (comment < 0 ? lines[i] : lines[i][..comment]).Trim();
            if (line.Length > 0) Carry(dpctl, line, verb, i + 1);
        }

        return true;
    }

    private static void Carry(DpctlCall dpctl, string line, string verb, int number)
    {
        var (first, rest) = Split(line);
        if (Verbs.FirstOrDefault(v => v.StartsWith(first, StringComparison.Ordinal)) is { } said) (verb, line) = (said, rest);
        var (flow, actions) = Split(line);
        if (flow.Length == 0 || verb == "delete" == actions.Length > 0)
        {
            dpctl.Fail(string.Create(CultureInfo.InvariantCulture, $"Failed parsing line number {number}, skipped!"));
            return;
        }

        if (verb == "delete") DpctlFlowCommands.Delete(dpctl, flow);
        else DpctlFlowCommands.Put(dpctl, flow, actions, isNew: verb == "add");
    }

    private static (string First, string Others) Split(string text)
    {
        var end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (text, "") : (text[..end], text[end..].TrimStart());
    }

    /// <summary>All connections are in one bucket, as OVS 3.1 has it too.</summary>
    private static bool ShowBuckets(DpctlCall dpctl)
    {
        const string Threshold = "gt=";
        const string Line = "+-----------+-----------------------------------------+\n";
        var least = 0u;
        if (dpctl.Arguments.Count > 0 && dpctl.Arguments[^1].StartsWith(Threshold, StringComparison.Ordinal)
            && ScanText.TryUnsigned(dpctl.Arguments[^1][Threshold.Length..], out least))
            dpctl.Arguments.RemoveAt(dpctl.Arguments.Count - 1);
        if (!dpctl.OpenDatapath(1)) return false;
        var count = dpctl.View.Conntrack?.Entries.Count ?? 0;
        dpctl.Print(string.Create(CultureInfo.InvariantCulture, $"Total Buckets: 1\nCurrent Connections: {count}\n\n"));
        if (count == 0) return true;
        var shown = count > least ? count.ToString(CultureInfo.InvariantCulture) : ".";
        dpctl.Print($"{Line}|  Buckets  |         Connections per Buckets         |\n{Line.TrimEnd('\n')}\n   0..  7   | {shown,5}\n\n");
        return true;
    }
}
