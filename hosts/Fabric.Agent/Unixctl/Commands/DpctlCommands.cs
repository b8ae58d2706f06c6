using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>The datapath as a whole: <c>dpctl/show</c>, <c>dump-dps</c>, <c>offload-stats-show</c>, and the list of <c>dpctl</c>.</summary>
internal static class DpctlCommands
{
    private static readonly string[] Statistics =
    [
        "                Enqueued offloads", "                Inserted offloads", "  Cumulative Average latency (us)",
        "   Cumulative Latency stddev (us)", " Exponential Average latency (us)", "  Exponential Latency stddev (us)",
    ];

    /// <summary>The order of <c>dpctl/list-commands</c>, which is not sorted.</summary>
    private static readonly string[] Order =
    [
        "add-dp", "del-dp", "add-if", "del-if", "set-if", "dump-dps", "show", "dump-flows", "add-flow", "mod-flow", "get-flow", "del-flow",
        "add-flows", "mod-flows", "del-flows", "offload-stats-show", "dump-conntrack", "flush-conntrack", "cache-get-size",
        "cache-set-size", "ct-stats-show", "ct-bkts", "ct-set-maxconns", "ct-get-maxconns", "ct-get-nconns", "ct-enable-tcp-seq-chk",
        "ct-disable-tcp-seq-chk", "ct-get-tcp-seq-chk", "ct-set-limits", "ct-del-limits", "ct-get-limits", "ipf-set-enabled",
        "ipf-set-disabled", "ipf-set-min-frag", "ipf-set-max-nfrags", "ipf-get-status", "list-commands", "parse-actions",
        "normalize-actions",
    ];

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        void Command(string name, string usage, int min, int max, Func<DpctlCall, bool> run) =>
            registry.Add("dpctl/" + name, usage, min, max, call => DpctlCall.Run(context, call, run));

        Command("dump-dps", "", 0, 0, dpctl =>
        {
            foreach (var view in dpctl.Views) dpctl.Print(view.FullName + "\n");
            return true;
        });
        Command("show", "[-s] [dp...]", 0, UnixctlRegistry.Unlimited, Show);
        Command("offload-stats-show", "[dp]", 0, 1, ShowOffload);
        Command("cache-get-size", "[dp]", 0, 1, dpctl =>
        {
            if (!dpctl.OpenDatapath(1)) return false;
            dpctl.Print(dpctl.View.FullName + ":\n");
            return true;
        });
        Command("cache-set-size", "dp cache <size>", 3, 3, dpctl => dpctl.Choose(dpctl.Arguments[0])
            ? dpctl.Fail("Setting caches not supported", "Operation not supported") : NoDevice(dpctl, dpctl.Arguments[0]));
        registry.Add("dpctl/list-commands", "", 0, UnixctlRegistry.Unlimited, _ => List(registry));
    }

    private static bool Show(DpctlCall dpctl)
    {
        var isGood = true;
        foreach (var name in dpctl.Arguments)
            if (!dpctl.Choose(name)) isGood = NoDevice(dpctl, name);
            else Show(dpctl, dpctl.View);
        foreach (var view in dpctl.Views.Where(_ => dpctl.Arguments.Count == 0)) Show(dpctl, view);
        return isGood;
    }

    private static bool NoDevice(DpctlCall dpctl, string name) => dpctl.Fail($"opening datapath {name} failed", "No such device");

    private static void Show(DpctlCall dpctl, DatapathView view)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{view.FullName}:\n  lookups: hit:{view.Hit} missed:{view.Missed} lost:{view.Lost}\n");
        text.Append(CultureInfo.InvariantCulture, $"  flows: {view.FlowCount}\n");
        if (view.MaskCount is { } masks)
        {
            var lookups = view.Hit + view.Missed;
            var average = lookups == 0 ? 0.0 : (double)view.MaskHits / lookups;
            text.Append(CultureInfo.InvariantCulture, $"  masks: hit:{view.MaskHits} total:{masks} hit/pkt:{average:F2}\n");
        }

        foreach (var port in view.Ports.OrderBy(p => p.Number.Value))
        {
            text.Append(CultureInfo.InvariantCulture, $"  port {port.Number.Value}: {port.Name}");
            if (port.Type != "system") text.Append($" ({port.Type}{PortText(port.Options)})");
            text.Append('\n');
            if (dpctl.WithStatistics) AppendCounters(text, port);
        }

        dpctl.Print(text.ToString());
    }

    /// <summary>As <c>: key=1, remote_ip=…</c>; nothing without options.</summary>
    public static string PortText(IReadOnlyList<KeyValuePair<string, string>> options) =>
        options.Count == 0 ? "" : ": " + string.Join(", ", options.Select(o => $"{o.Key}={o.Value}"));

    private static void AppendCounters(StringBuilder text, DatapathPortView port)
    {
        static string Or(long? count) => count?.ToString(CultureInfo.InvariantCulture) ?? "?";
        text.Append($"    RX packets:{port.RxPackets} errors:{Or(port.RxErrors)} dropped:{Or(port.RxDropped)}")
            .Append($" overruns:{Or(port.RxOverruns)} frame:{Or(port.RxFrameErrors)}\n")
            .Append($"    TX packets:{port.TxPackets} errors:{Or(port.TxErrors)} dropped:{Or(port.TxDropped)}")
            .Append($" aborted:{Or(port.TxAborted)} carrier:{Or(port.TxCarrierErrors)}\n")
            .Append($"    collisions:{Or(port.Collisions)}\n")
            .Append($"    RX bytes:{port.RxBytes}{Human(port.RxBytes)}  TX bytes:{port.TxBytes}{Human(port.TxBytes)}\n");
    }

    private static string Human(long size)
    {
        string[] units = ["KiB", "MiB", "GiB", "TiB"];
        if (size < 1024) return "";
        var (value, unit) = (size / 1024.0, 0);
        while (value >= 1024 && unit < units.Length - 1) (value, unit) = (value / 1024, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $" ({value:F1} {units[unit]})");
    }

    /// <summary>The NIC is one offload "thread", number 0; deviations are not measured.</summary>
    private static bool ShowOffload(DpctlCall dpctl)
    {
        if (!dpctl.OpenDatapath(1)) return false;
        if (dpctl.View.Offload is not { } offload) return dpctl.Fail("retrieving offload statistics", DpctlCall.Invalid);
        long[] values = [offload.Enqueued, offload.Inserted, offload.AverageLatencyUs, 0, offload.AverageLatencyUs, 0];
        dpctl.Print("HW Offload stats:\n");
        foreach (var leader in (ReadOnlySpan<string>)["  Total ", "  [  0] "])
            for (var i = 0; i < values.Length; i++)
                dpctl.Print(string.Create(CultureInfo.InvariantCulture, $"   {leader}{Statistics[i]}: {values[i],6}\n"));
        return true;
    }

    private static UnixctlReply List(UnixctlRegistry registry)
    {
        var text = new StringBuilder("The available commands are:\n");
        var usages = registry.Usages.ToDictionary(c => c.Name, c => c.Usage);
        foreach (var name in Order.Select(n => "dpctl/" + n))
            text.Append("  ").Append(name.PadRight(29)).Append(' ').Append(usages[name]).Append('\n');
        return UnixctlReply.Ok(text.ToString());
    }
}
