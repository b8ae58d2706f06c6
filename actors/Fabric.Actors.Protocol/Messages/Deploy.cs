namespace Fabric.Actors.Protocol;

/// <summary>
/// To the controller; answered by <see cref="Deployed"/> once the topology is in the journal, or by <see cref="RequestRefused"/>.
/// </summary>
public sealed record Deploy(DeployRequest Request);
