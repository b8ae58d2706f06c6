using Fabric.Wire;

namespace Fabric.Tunnels.Vxlan;

/// <summary>Puts the VXLAN header on (RFC 7348 section 5).</summary>
internal static class VxlanEncap
{
    public static void Push(Frame frame, TunnelPort port)
    {
        ref var tunnel = ref frame.Metadata.Tunnel;
        var hasPolicy = port.GroupPolicy && (tunnel.GbpId | tunnel.GbpFlags) != 0;
        new VxlanHeader((uint)tunnel.Id, hasPolicy ? tunnel.GbpId : null, tunnel.GbpFlags).Emit(TunnelEncap.Push(frame, VxlanView.Size));
    }
}
