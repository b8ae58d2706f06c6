using Fabric.Wire;

namespace Fabric.Tunnels.Geneve;

/// <summary>
/// Reads the GENEVE header and walks its options (RFC 8926 sections 3.4 and 3.5). A critical option that is not in the tables drops the
/// packet, also when the sender forgot the C bit: the option's own bit is the one that asks to be understood.
/// </summary>
internal static class GeneveDecap
{
    /// <param name="bytes">From the GENEVE header to the end of the datagram.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, TunnelTables tables, ref TunnelHeader header, out DropReason reason)
    {
        reason = DropReason.MalformedTunnel;
        if (!GeneveView.TryParse(bytes, out var view) || view.Version != 0) return false;
        if (view.ProtocolType != EtherType.TransparentEthernetBridging) return false;

        var options = view.Options;
        var isKnown = true;
        while (options.TryRead(out var optionClass, out var type, out _))
            isKnown &= (type & GeneveOptionReader.CriticalBit) == 0 || tables.IsKnownOption(optionClass, type);
        if (options.IsMalformed) return false;
        if (!isKnown)
        {
            reason = DropReason.UnknownCriticalOption;
            return false;
        }

        header.Vni = view.Vni;
        header.Flags = view.IsControl ? TunnelFlags.Oam : TunnelFlags.None;
        header.Options = view.OptionBytes;
        header.InnerSize = view.Payload.Length;
        reason = default;
        return true;
    }
}
