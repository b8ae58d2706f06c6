namespace Fabric.Actors;

/// <summary>To the kernel datapath: this agent has no upcalls in hand, whatever an earlier one was given.</summary>
public sealed class AgentStarted
{
    public static readonly AgentStarted Instance = new();
}
