namespace Fabric.Actors.Protocol;

/// <summary>Answered by <see cref="FlowsReply"/>.</summary>
public sealed record GetFlows(FlowsRequest Request) : IServerMessage;
