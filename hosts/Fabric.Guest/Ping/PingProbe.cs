using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>One echo request about to be written.</summary>
internal readonly record struct PingProbe(IpAddress Destination, ushort Identifier, ushort Sequence, int Size, uint RunId, uint OverlayHash)
{
    public void WritePayload(Span<byte> payload) => ProbePayload.Write(payload, OverlayHash, RunId, Sequence);
}
