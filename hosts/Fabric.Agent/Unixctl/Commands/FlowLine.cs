using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Prints a datapath's flows as <c>dpctl</c> and <c>dpif</c> do (OVS: <c>format_dpif_flow</c>).</summary>
public static class FlowLine
{
    private const string TcpLetters = "FSRP.UECN";

    /// <summary>The line of <c>dpctl/dump-flows</c>, without its end.</summary>
    public static string ForDpctl(DatapathFlowView flow, bool isUserspace, bool isVerbose, IPortNames? names)
    {
        var text = new StringBuilder();
        if (isVerbose) text.Append("ufid:").Append(flow.Ufid).Append(", ");
        text.Append(Match(flow, isUserspace, isVerbose, names)).Append(", ").Append(Statistics(flow));
        if (isVerbose && flow.IsOffloaded) text.Append(flow.Layer == "ovs" ? ", offloaded:partial" : ", offloaded:yes");
        if (isVerbose) text.Append(", dp:").Append(flow.Layer);
        text.Append(", actions:").Append(Actions(flow, names));
        if (isVerbose && flow.ExtraInfo is { } extra) text.Append(", dp-extra-info:").Append(extra);
        return text.ToString();
    }

    /// <summary>The line of <c>dpif/dump-flows</c>, without its end.</summary>
    public static string ForDpif(DatapathFlowView flow, bool isUserspace, bool isVerbose, IPortNames? names) =>
        $"{(isVerbose ? $"ufid:{flow.Ufid} " : "")}{Match(flow, isUserspace, isVerbose, names)}, {Statistics(flow)}, "
            + $"actions:{Actions(flow, names)}";

    public static string Statistics(DatapathFlowView flow)
    {
        var used = flow.UnusedMs is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms / 1000.0:F3}s") : "never";
        return string.Create(CultureInfo.InvariantCulture,
            $"packets:{flow.Packets}, bytes:{flow.Bytes}, used:{used}{(flow.TcpFlags == 0 ? "" : ", flags:" + Flags(flow.TcpFlags))}");
    }

    private static string Match(DatapathFlowView flow, bool isUserspace, bool isVerbose, IPortNames? names)
    {
        var key = flow.Packet ?? flow.Key;
        return FlowText.Format(ref key, ref flow.Mask, new FlowTextOptions(isVerbose, isUserspace, names));
    }

    private static string Actions(DatapathFlowView flow, IPortNames? names) =>
        flow.Actions.Count == 0 ? "drop" : flow.Actions.ToString(names);

    private static string Flags(ushort flags)
    {
        var text = new StringBuilder();
        for (var i = 0; i < TcpLetters.Length; i++)
            if ((flags >> i & 1) != 0) text.Append(TcpLetters[i]);
        if (flags >> TcpLetters.Length != 0)
            text.Append(CultureInfo.InvariantCulture, $"[{flags >> TcpLetters.Length << TcpLetters.Length:x}]");
        return text.ToString();
    }
}
