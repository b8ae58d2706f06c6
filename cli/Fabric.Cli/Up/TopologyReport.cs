namespace Fabric.Cli.Up;

/// <param name="Summary">What the file declares, in a few words; empty when it is not valid.</param>
/// <param name="Errors">Each as <c>file:line:column: message</c>.</param>
internal sealed record TopologyReport(string File, bool Valid, string? Name, string Summary, IReadOnlyList<string> Errors);
