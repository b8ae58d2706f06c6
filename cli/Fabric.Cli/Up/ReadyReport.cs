using Fabric.Actors.Protocol;

namespace Fabric.Cli.Up;

/// <summary>What <c>up --format json</c> prints when the fabric is ready.</summary>
/// <param name="Validation">Null when it was not asked for.</param>
internal sealed record ReadyReport(Uri Api, FabricStatus Status, IReadOnlyList<FirstPingsReply> FirstPings, ValidateReply? Validation);
