namespace Fabric.Actors;

/// <summary>To the server: a <see cref="FunctionChange"/> is done.</summary>
public sealed record FunctionsSettled(long Revision);
