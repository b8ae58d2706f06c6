namespace Fabric.Agent;

/// <summary>What a line of a trace is, which decides its sign and indentation (OVS: <c>enum oftrace_node_type</c>).</summary>
internal enum TraceKind
{
    Action,

    /// <summary>A fact beside the action before it: <c>-&gt;</c>.</summary>
    Detail,

    /// <summary>Something worth knowing: <c>&gt;&gt;</c>.</summary>
    Warning,

    /// <summary>Something wrong: <c>&gt;&gt;&gt;&gt; … &lt;&lt;&lt;&lt;</c>.</summary>
    Error,
    Bucket,
    Bridge,
    Table,
    Thaw,
}
