namespace Fabric.Actors.Protocol;

/// <summary>
/// Are you there with a plan of this epoch? A server that is answers nothing; any other asks for one with <see cref="NeedPlan"/>.
/// </summary>
public sealed record ProbeServer(long Epoch) : IServerMessage;
