namespace Fabric.Bench;

/// <summary>How a figure stands to its target.</summary>
public enum Verdict
{
    /// <summary>No target, or no peer to take the ratio to.</summary>
    None,

    /// <summary>Behind what is owed.</summary>
    Missed,

    /// <summary>What is owed, and not yet the goal.</summary>
    Reached,

    /// <summary>The goal, or what is owed where there is no goal beyond.</summary>
    Goal,
}
