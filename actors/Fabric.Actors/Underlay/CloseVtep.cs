namespace Fabric.Actors;

public sealed record CloseVtep(uint Vtep);
