using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>A datagram with a good checksum; the payload is valid during the call only.</summary>
public readonly ref struct UdpArrival
{
    public IpAddress Source { get; init; }

    public ushort SourcePort { get; init; }

    public IpAddress Destination { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Sent to a broadcast or multicast address.</summary>
    public bool IsGroup { get; init; }

    public long NowUs { get; init; }
}
