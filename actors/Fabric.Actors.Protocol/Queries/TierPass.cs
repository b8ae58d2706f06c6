namespace Fabric.Actors.Protocol;

/// <summary>One frame answered on one server.</summary>
/// <param name="Direction"><c>request</c> or <c>reply</c>.</param>
/// <param name="Leg"><c>egress</c> on the sender's server, <c>ingress</c> on the receiver's.</param>
/// <param name="Tier"><c>L1</c>, <c>L2</c>, <c>L3</c> or <c>agent</c>.</param>
public sealed record TierPass(string Direction, string Server, string Leg, string Tier);
