using Fabric.Actors.Protocol;

namespace Fabric.Cli.Api;

/// <summary>An error reply, as RFC 9457 has it (<c>application/problem+json</c>).</summary>
/// <param name="Detail">One line, fit to print.</param>
/// <param name="Failure">The fabric's own kind of refusal; null for errors of the HTTP layer.</param>
internal sealed record Problem(string Title, int Status, string Detail, RequestFailure? Failure)
{
    public const string ContentType = "application/problem+json";

    public static Problem Of(FabricRequestException e) => new(e.Failure.ToString(), StatusOf(e.Failure), e.Message, e.Failure);

    private static int StatusOf(RequestFailure failure) => failure switch
    {
        RequestFailure.NotFound => 404,
        RequestFailure.Invalid => 400,
        RequestFailure.Conflict => 409,
        _ => 503,
    };
}
