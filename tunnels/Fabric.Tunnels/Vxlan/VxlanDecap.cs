using Fabric.Wire;

namespace Fabric.Tunnels.Vxlan;

/// <summary>Reads the VXLAN header (RFC 7348 section 5): the I flag is a must, all other bits are ignored.</summary>
internal static class VxlanDecap
{
    /// <param name="bytes">From the VXLAN header to the end of the datagram.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, TunnelPort port, ref TunnelHeader header, out DropReason reason)
    {
        reason = DropReason.MalformedTunnel;
        if (!VxlanView.TryParse(bytes, out var view) || !view.HasVni) return false;
        header.Vni = view.Vni;
        header.InnerSize = view.Payload.Length;
        if (port.GroupPolicy && view.HasGroupPolicy)
        {
            header.GroupPolicyId = view.GroupPolicyId;
            header.GroupPolicyFlags = view.GroupPolicyFlags;
        }

        reason = default;
        return true;
    }
}
