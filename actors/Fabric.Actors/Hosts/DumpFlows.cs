namespace Fabric.Actors;

/// <summary>The agent asks for every flow's statistics; answered by <see cref="FlowDump"/>.</summary>
/// <param name="Life">The agent's: what an agent before asked for is no answer to one that follows it.</param>
public sealed record DumpFlows(ulong Life);
