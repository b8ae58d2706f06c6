namespace Fabric.OpenFlow;

/// <param name="GenerationId">Null where none was given, or in a reply none is known.</param>
public sealed record RoleState(ControllerRole Role, ulong? GenerationId = null);
