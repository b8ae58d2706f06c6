namespace Fabric.Agent;

/// <summary>Why a flow's packets all come to the agent, as bits (OVS: <c>enum slow_path_reason</c>).</summary>
internal static class SlowPath
{
    public const uint Bfd = 1 << 1;

    public const uint Lacp = 1 << 2;

    /// <summary>The datapath cannot execute the actions by itself.</summary>
    public const uint Action = 1 << 5;
}
