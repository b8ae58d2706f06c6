namespace Fabric.Actors.Protocol;

/// <param name="RttUs">Median of the replies, microseconds; null when there were none.</param>
/// <param name="Foreign">Messages of another overlay seen by either end during the exchange.</param>
public sealed record PingPair(
    string Source, string Destination, string SourceOverlay, string DestinationOverlay, int Family, string DestinationAddress,
    int Sent, int Received, long? RttUs, int Foreign);
