using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>To agent and controller: the server's SR-IOV is as this plan says. Answered by <see cref="StepDone"/> once that is so for
/// them.</summary>
public sealed record FollowPlan(ServerPlan Plan, int Step);
