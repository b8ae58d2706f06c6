namespace Fabric.Actors.Protocol;

/// <summary>A request that cannot be carried out, with a one-line reason for the operator.</summary>
public sealed class FabricRequestException(RequestFailure failure, string message) : Exception(message)
{
    public RequestFailure Failure { get; } = failure;
}
