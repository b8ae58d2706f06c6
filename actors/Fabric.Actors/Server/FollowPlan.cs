using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>To kernel, agent and controller: the server is to be as this plan says. Answered by <see cref="StepDone"/> once that is so for
/// them.</summary>
public sealed record FollowPlan(ServerPlan Plan, int Step);
