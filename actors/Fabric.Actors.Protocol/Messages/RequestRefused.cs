namespace Fabric.Actors.Protocol;

/// <summary>Any request's negative answer; the client throws it as <see cref="FabricRequestException"/>.</summary>
public sealed record RequestRefused(RequestFailure Failure, string Reason);
