namespace Fabric.Actors;

/// <summary>A part has done its share of a step of <see cref="FunctionChange"/>.</summary>
public sealed record StepDone(int Step);
