namespace Fabric.Actors.Protocol;

/// <summary>Kinds of refusal, which the HTTP API maps to 404, 400, 409 and 503.</summary>
public enum RequestFailure
{
    NotFound,
    Invalid,

    /// <summary>Contradicts what is running, for instance a journal of another topology.</summary>
    Conflict,

    /// <summary>A part that should answer did not, or is not up yet.</summary>
    Unavailable,
}
