namespace Fabric.Guest;

/// <summary>A datagram with a good checksum; the payload is valid during the call only.</summary>
public readonly ref struct UdpArrival
{
    public GuestAddress Source { get; init; }

    public ushort SourcePort { get; init; }

    public GuestAddress Destination { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Sent to a broadcast or multicast address.</summary>
    public bool IsGroup { get; init; }

    public long NowUs { get; init; }
}
