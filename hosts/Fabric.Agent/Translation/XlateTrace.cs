using System.Text;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Writes what a translation does, in the shape of <c>ovs-appctl ofproto/trace</c>.</summary>
internal sealed class XlateTrace
{
    private readonly StringBuilder _text = new();

    /// <summary>Indentation of table lines, in steps of four blanks.</summary>
    public int Level { get; set; }

    public void Bridge(AgentBridge bridge)
    {
        var title = $"bridge(\"{bridge.Name}\")";
        if (_text.Length > 0) _text.Append('\n');
        Line(0, title);
        Line(0, new string('-', title.Length));
    }

    public void Rule(int table, OpenFlowRule? rule, AgentBridge bridge)
    {
        var text = "No match.";
        if (rule is not null)
        {
            var match = MatchText.Format(rule.Match, bridge);
            var cookie = rule.Cookie == 0 ? "" : $", cookie 0x{rule.Cookie:x}";
            text = $"{(match.Length == 0 ? "" : match + ", ")}priority {rule.Priority}{cookie}";
        }

        Line(0, $"{table,2}. {text}");
    }

    public void Action(string text) => Line(1, text);

    /// <summary>A detail of the action before it.</summary>
    public void Note(string text) => Line(1, " -> " + text);

    /// <summary>Something that went wrong.</summary>
    public void Problem(string text) => Line(1, " >> " + text);

    /// <summary>Puts the head and tail around what was written.</summary>
    public string Finish(ref FlowKey flow, OfpPort inPort, ref OpenFlowKey final, ref FlowMask mask, DatapathActions actions)
    {
        var before = FormatKey(ref flow, inPort);
        var after = FormatKey(ref final.Packet, final.InPort);
        var megaflow = new OpenFlowKey { Packet = mask.Bits };
        megaflow.Packet.InPort = new OdpPort(0);
        OpenFlowFields.InPort.Set(ref megaflow, 0xffff);
        var key = new OpenFlowKey { Packet = flow, InPort = inPort };
        var list = actions.Count == 0 ? "drop" : actions.ToString();
        return $"Flow: {before}\n\n{_text}\nFinal flow: {(before == after ? "unchanged" : after)}\n"
            + $"Megaflow: {MatchText.Format(Match.Of(ref key, ref megaflow))}\nDatapath actions: {list}\n";
    }

    /// <summary>All fields the packet has; those of the pipeline only when they are set.</summary>
    private static string FormatKey(ref FlowKey flow, OfpPort inPort)
    {
        var key = new OpenFlowKey { Packet = flow, InPort = inPort };
        var mask = new OpenFlowKey { Packet = FlowMask.ForPacket(ref flow).Bits };
        ref var bits = ref mask.Packet;
        if (flow.RecircId == 0) bits.RecircId = 0;
        if (flow.SkbPriority == 0) bits.SkbPriority = 0;
        if (flow.SkbMark == 0) bits.SkbMark = 0;
        if (flow.DpHash == 0) bits.DpHash = 0;
        (bits.PacketType, bits.CtState, bits.CtZone, bits.CtMark, bits.CtLabel) = (0, 0, 0, 0, 0);
        foreach (var field in (ReadOnlySpan<OpenFlowField>)[OpenFlowFields.CtNwProto, OpenFlowFields.CtIpv6Source,
            OpenFlowFields.CtIpv6Destination, OpenFlowFields.CtTpSource, OpenFlowFields.CtTpDestination]) field.Set(ref mask, 0);
        OpenFlowFields.InPort.Set(ref mask, 0xffff);
        return MatchText.Format(Match.Of(ref key, ref mask));
    }

    private void Line(int deeper, string text) => _text.Append(' ', (Level + deeper) * 4).Append(text).Append('\n');
}
