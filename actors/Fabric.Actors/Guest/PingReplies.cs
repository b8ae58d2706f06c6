using Fabric.Actors.Protocol;
using Fabric.Guest;

namespace Fabric.Actors;

/// <summary>Turns a finished run of the guest into the protocol's reply.</summary>
internal static class PingReplies
{
    public static PingReply Of(string vm, PendingPing ping, long misdeliveredNow) => new(
        vm, ping.Run.Destination.ToString(), ping.Run.Destination.ToString(), ping.Run.Sent, ping.Run.Received, ping.Run.ResolutionUs,
        (int)(misdeliveredNow - ping.MisdeliveredBefore), [.. ping.Run.Echoes.Select(Echo)]);

    private static Protocol.PingEcho Echo(Fabric.Guest.PingEcho echo) =>
        new(echo.Sequence, echo.Error == PingError.None ? echo.RttUs : null, Word(echo.Error));

    private static string? Word(PingError error) => error switch
    {
        PingError.None => null,
        PingError.NotSent => "not sent",
        PingError.NoRoute => "no route",
        _ => error.ToString().ToLowerInvariant(),
    };
}
