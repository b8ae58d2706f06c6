using Fabric.Wire;

namespace Fabric.Tunnels.Nvgre;

/// <summary>Reads the NVGRE header (RFC 7637 section 3.2): version 0, a key, neither checksum nor sequence number.</summary>
internal static class NvgreDecap
{
    /// <param name="size">Bytes of GRE header and inner frame.</param>
    public static bool TryParse(GreView gre, int size, ref TunnelHeader header, out DropReason reason)
    {
        reason = DropReason.MalformedTunnel;
        if (gre.Version != 0 || !gre.HasKey || gre.HasChecksum || gre.HasSequence) return false;
        header.Vni = gre.Vsid;
        header.InnerSize = size - gre.HeaderSize;
        reason = default;
        return true;
    }
}
