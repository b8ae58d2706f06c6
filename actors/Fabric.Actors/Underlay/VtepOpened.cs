namespace Fabric.Actors;

/// <param name="Failure">One line for the operator; null when the VTEP is open.</param>
public sealed record VtepOpened(string Server, uint Vtep, string? Failure);
