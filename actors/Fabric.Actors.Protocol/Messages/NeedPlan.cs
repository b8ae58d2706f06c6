namespace Fabric.Actors.Protocol;

/// <summary>To the controller: this server runs without a current plan.</summary>
public sealed record NeedPlan(string Server);
