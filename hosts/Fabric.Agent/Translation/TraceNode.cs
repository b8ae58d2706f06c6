using System.Text;

namespace Fabric.Agent;

/// <summary>A line of a trace and the lines that belong to it (OVS: <c>struct oftrace_node</c>).</summary>
internal sealed class TraceNode(TraceKind kind, string text)
{
    public List<TraceNode> Nested { get; } = [];

    /// <summary>
    /// Writes a list of lines. The last of a list that is a table, bridge or thaw stays at its caller's depth, so that a chain of last
    /// resubmits reads as a column (OVS: <c>oftrace_node_print_details</c>).
    /// </summary>
    public static void Write(StringBuilder text, List<TraceNode> nodes, int level = 0)
    {
        for (var i = 0; i < nodes.Count; i++) nodes[i].Write(text, level, i == nodes.Count - 1);
    }

    private void Write(StringBuilder to, int level, bool isLast)
    {
        if (kind == TraceKind.Bridge) to.Append('\n');
        var deeper = !isLast || kind is not (TraceKind.Bridge or TraceKind.Table or TraceKind.Thaw) ? 1 : 0;
        var blanks = (level + deeper) * 4;
        to.Append(' ', blanks);
        switch (kind)
        {
            case TraceKind.Detail:
                to.Append(" -> ").Append(text);
                break;
            case TraceKind.Warning:
                to.Append(" >> ").Append(text);
                break;
            case TraceKind.Error:
                to.Append(" >>>> ").Append(text).Append(" <<<<");
                break;
            case TraceKind.Bridge:
                to.Append(text).Append('\n').Append(' ', blanks).Append('-', text.Length);
                break;
            default:
                to.Append(text);
                break;
        }

        to.Append('\n');
        Write(to, Nested, level + deeper + deeper);
    }
}
