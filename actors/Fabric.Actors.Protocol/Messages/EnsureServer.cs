namespace Fabric.Actors.Protocol;

/// <summary>
/// Be this server. Sent until the server's placement shows it ready, and again after its node was lost. A lower
/// <see cref="ServerPlan.Epoch"/> than the running one is ignored, an equal one is answered, a higher one rebuilds the server.
/// </summary>
public sealed record EnsureServer(ServerPlan Plan) : IServerMessage;
