namespace Fabric.Actors;

/// <summary>To the agent: the datapath has no flows (any more).</summary>
public sealed class DatapathStarted
{
    public static readonly DatapathStarted Instance = new();
}
