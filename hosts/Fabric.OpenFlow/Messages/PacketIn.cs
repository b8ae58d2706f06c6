namespace Fabric.OpenFlow;

/// <summary>A packet for a controller and how it came about (OVS: <c>ofputil_packet_in</c>).</summary>
/// <param name="Data">The frame, perhaps its beginning only.</param>
public sealed record PacketIn(HexBytes Data)
{
    /// <summary>Input port, tunnel, metadata, registers, connection state: what is not in the frame.</summary>
    public Match PipelineFields { get; init; } = Match.Any;
    public PacketInReason Reason { get; init; }
    public byte Table { get; init; }

    /// <summary>All ones when no rule sent it.</summary>
    public ulong Cookie { get; init; } = ulong.MaxValue;

    /// <summary>What the controller action gave along; only <see cref="PacketInFormat.Nicira2"/> carries it.</summary>
    public HexBytes UserData { get; init; } = HexBytes.Empty;
}
