namespace Fabric.Bench;

/// <summary>
/// What a figure must reach. Against a peer the numbers are ratios of Fabric to the peer in the figure's own unit; without one they are in
/// that unit. Whether more is better says the case.
/// </summary>
/// <param name="Row">The target's number among the project's targets, such as P1.</param>
/// <param name="MustReach">Owed.</param>
/// <param name="Goal">Chased beyond it.</param>
public sealed record Target(string Row, double MustReach, double? Goal = null, bool IsRatio = true);
