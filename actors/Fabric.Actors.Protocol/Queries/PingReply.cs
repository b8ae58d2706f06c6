namespace Fabric.Actors.Protocol;

/// <param name="ResolutionUs">Time of ARP or neighbour discovery before the first echo, microseconds; null when the address was
/// known.</param>
/// <param name="Foreign">Replies or requests that came from another overlay; anything but 0 is a broken isolation.</param>
public sealed record PingReply(
    string Source, string Destination, string DestinationAddress, int Sent, int Received, long? ResolutionUs, int Foreign,
    IReadOnlyList<PingEcho> Echoes)
{
    public int Lost => Sent - Received;
}
