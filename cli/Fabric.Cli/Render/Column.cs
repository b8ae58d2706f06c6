namespace Fabric.Cli.Render;

/// <param name="Title">For people.</param>
/// <param name="Field">For programs: the CSV header, camelCase.</param>
internal sealed record Column(string Title, string Field, bool Right = false);
