using Fabric.Wire;

namespace Fabric.Tunnels.Nvgre;

/// <summary>Puts the NVGRE header on (RFC 7637 section 3.2); the flow id is the low byte of the inner flow's hash.</summary>
internal static class NvgreEncap
{
    public static void Push(Frame frame, uint flowHash) =>
        new NvgreHeader((uint)frame.Metadata.Tunnel.Id, (byte)flowHash).Emit(TunnelEncap.Push(frame, GreView.NvgreSize));
}
