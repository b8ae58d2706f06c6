namespace Fabric.Actors.Protocol;

/// <param name="Point">The capture point that saw it.</param>
/// <param name="TimestampUs">Microseconds since the Unix epoch.</param>
/// <param name="IsRawIp">True at <c>node:underlay</c>, where packets have no Ethernet header.</param>
/// <param name="Inbound">Into the NIC or node.</param>
/// <param name="Comment">Tier and direction, goes into the packet's comment.</param>
public sealed record CapturedFrame(
    string Point, long TimestampUs, bool IsRawIp, bool Inbound, string Comment, int OriginalLength, byte[] Bytes);
