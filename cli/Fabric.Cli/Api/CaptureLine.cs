using Fabric.Actors.Protocol;

namespace Fabric.Cli.Api;

/// <summary>One line of a capture stream: a frame, or the problem that ends the stream.</summary>
internal sealed record CaptureLine(CapturedFrame? Frame, Problem? Problem)
{
    public const string ContentType = "application/x-ndjson";
}
