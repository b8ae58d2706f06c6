using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// An IP packet being written: the payload lies in its frame already, or in the scratch buffer when it must be fragmented.
/// </summary>
internal ref struct IpDraft
{
    public IpAddress Source;
    public IpAddress Destination;
    public IpAddress NextHop;
    public byte Protocol;
    public byte HopLimit;
    public Frame? Frame;
    public Span<byte> Payload;
}
