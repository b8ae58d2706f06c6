using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>To the NIC: be as this plan says; VFs that change hands have no link until <see cref="DriveFunctions"/>. Answered by
/// <see cref="StepDone"/>.</summary>
public sealed record ApplyFunctions(FunctionsPlan Plan, int Step);
