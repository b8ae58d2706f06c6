namespace Fabric.Actors;

/// <summary>The agent asks for every flow's statistics; answered by <see cref="FlowDump"/>.</summary>
public sealed class DumpFlows
{
    public static readonly DumpFlows Instance = new();
}
