using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// The seam between the NIC's physical port, which speaks Ethernet, and an underlay that carries bare IP packets: takes the outer Ethernet
/// header off on the way out and puts one on on the way in, both without moving the packet.
/// </summary>
public static class PhysicalLink
{
    /// <summary>
    /// Makes a frame a bare IP packet. False for one that is not IP (ARP, LLDP), which an underlay of IP packets cannot carry.
    /// </summary>
    public static bool TryStripEthernet(Frame frame)
    {
        if (!EthernetView.TryParse(frame.Bytes, out var ethernet) || ethernet.TypeOrLength is not (EtherType.Ipv4 or EtherType.Ipv6))
            return false;
        frame.Pull(EthernetView.Size);
        return true;
    }

    /// <summary>
    /// Makes a bare IP packet a frame from <paramref name="source"/> to <paramref name="destination"/>; false when it is no IP packet.
    /// </summary>
    public static bool TryAddEthernet(Frame packet, MacAddress destination, MacAddress source)
    {
        if (packet.Length == 0) return false;
        var type = (packet.Bytes[0] >> 4) switch { 4 => EtherType.Ipv4, 6 => EtherType.Ipv6, _ => (ushort)0 };
        if (type == 0 || !packet.TryPush(EthernetView.Size, out var header)) return false;
        new EthernetHeader(destination, source, type).Emit(header);
        return true;
    }
}
