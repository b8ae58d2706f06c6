namespace Fabric.Agent.Configuration;

/// <summary>What the switch writes into a row of <c>Controller</c>.</summary>
/// <param name="Role"><c>other</c>, <c>master</c> or <c>slave</c>; null without a connection.</param>
/// <param name="Pairs">Column <c>status</c>.</param>
public sealed record ControllerStatus(bool IsConnected, string? Role, IReadOnlyDictionary<string, string> Pairs);
