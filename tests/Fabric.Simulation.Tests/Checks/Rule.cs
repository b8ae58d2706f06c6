namespace Fabric.Simulation.Tests;

/// <summary>What must never be broken.</summary>
internal enum Rule
{
    Conservation,
    Isolation,
    AtMostOnce,
    Integrity,
    Bounded,
    NoStaleForwarding,
    NoForgery,
    Freshness,
    Convergence,
}
