using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

/// <summary>
/// The twin: writes and reads outer packets byte by byte into lists, straight from the drawings of the RFCs, and shares no code with the
/// real one but the types.
/// </summary>
internal static class NaiveTunnelCodec
{
    public static byte[] Encap(TunnelType type, byte[] inner, TunnelMetadata tunnel, uint hash, ushort identification)
    {
        List<byte> packet = [.. inner];
        switch (type)
        {
            case TunnelType.Vxlan:
                packet.InsertRange(0, [8, 0, 0, 0, .. Number(tunnel.Id, 3), 0]);
                break;
            case TunnelType.Geneve:
                var options = tunnel.OptionBytes.ToArray();
                var isCritical = false;
                for (var at = 0; at < options.Length; at += 4 + options[at + 3] * 4) isCritical |= options[at + 2] >= 0x80;
                var flags = (byte)((tunnel.Flags.HasFlag(TunnelFlags.Oam) ? 0x80 : 0) | (isCritical ? 0x40 : 0));
                packet.InsertRange(0, [(byte)(options.Length / 4), flags, 0x65, 0x58, .. Number(tunnel.Id, 3), 0, .. options]);
                break;
            default:
                packet.InsertRange(0, [0x20, 0, 0x65, 0x58, .. Number(tunnel.Id, 3), (byte)hash]);
                break;
        }

        var protocol = type == TunnelType.Nvgre ? 47 : 17;
        byte[] addresses = tunnel.IsIpv6
            ? [.. tunnel.SourceV6.ToIPAddress().GetAddressBytes(), .. tunnel.DestinationV6.ToIPAddress().GetAddressBytes()]
            : [.. tunnel.Source.ToIPAddress().GetAddressBytes(), .. tunnel.Destination.ToIPAddress().GetAddressBytes()];
        if (protocol == 17)
        {
            var port = type == TunnelType.Vxlan ? 4789 : 6081;
            var length = packet.Count + 8;
            packet.InsertRange(0, [.. Number(49152 + hash % 16, 2), .. Number((ulong)port, 2), .. Number((ulong)length, 2), 0, 0]);
            if (tunnel.IsIpv6 || tunnel.Flags.HasFlag(TunnelFlags.Checksum))
            {
                var sum = Checksum([.. addresses, 0, 17, .. Number((ulong)length, 2), .. packet]);
                if (sum == 0) sum = 0xffff;
                (packet[6], packet[7]) = ((byte)(sum >> 8), (byte)sum);
            }
        }

        if (tunnel.IsIpv6)
        {
            var first = 6ul << 28 | (ulong)tunnel.Tos << 20 | hash & 0xfffff;
            packet.InsertRange(0, [.. Number(first, 4), .. Number((ulong)packet.Count, 2), (byte)protocol, tunnel.Ttl, .. addresses]);
        }
        else
        {
            var isWhole = tunnel.Flags.HasFlag(TunnelFlags.DontFragment);
            List<byte> header =
            [
                0x45, tunnel.Tos, .. Number((ulong)packet.Count + 20, 2), .. Number(isWhole ? 0u : identification, 2),
                    (byte)(isWhole ? 0x40 : 0), 0,
                tunnel.Ttl, (byte)protocol, 0, 0, .. addresses,
            ];
            var sum = Checksum([.. header]);
            (header[10], header[11]) = ((byte)(sum >> 8), (byte)sum);
            packet.InsertRange(0, header);
        }

        byte[] type16 = tunnel.IsIpv6 ? [0x86, 0xdd] : [0x08, 0x00];
        return [.. Number(TunnelWorld.RightMac.Value, 6), .. Number(TunnelWorld.LeftMac.Value, 6), .. type16, .. packet];
    }

    private static byte[] Number(ulong value, int size)
    {
        var bytes = new byte[size];
        for (var i = size - 1; i >= 0; i--, value >>= 8) bytes[i] = (byte)value;
        return bytes;
    }

    private static ushort Checksum(byte[] bytes)
    {
        long sum = 0;
        for (var i = 0; i < bytes.Length; i++) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
