using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>Inserts and removes tags and headers in front of layer 3. Only the bytes before the tag move.</summary>
internal static class TagSurgery
{
    private const int EthernetSize = 14;

    /// <summary>A new outermost VLAN tag; the CFI bit, OVS's "tagged", is not sent.</summary>
    public static bool TryPushVlan(Frame frame, ushort tpid, ushort tci)
    {
        if (frame.Length < EthernetSize || !TryInsert(frame, 12)) return false;
        var tag = frame.Bytes[12..];
        WriteUInt16BigEndian(tag, tpid);
        WriteUInt16BigEndian(tag[2..], (ushort)(tci & ~FlowKey.VlanPresent));
        return true;
    }

    /// <summary>Removes the outermost VLAN tag, if there is one.</summary>
    public static void PopVlan(Frame frame, ref PacketLayout layout)
    {
        if (layout.VlanOffset >= 0) Remove(frame, layout.VlanOffset);
    }

    /// <summary>A new outermost label stack entry, behind the VLAN tags.</summary>
    public static bool TryPushMpls(Frame frame, ref PacketLayout layout, uint entry, ushort ethType)
    {
        if (layout.EthTypeOffset < 0 || !TryInsert(frame, layout.EthTypeOffset + 2)) return false;
        WriteUInt16BigEndian(frame.Bytes[layout.EthTypeOffset..], ethType);
        WriteUInt32BigEndian(frame.Bytes[(layout.EthTypeOffset + 2)..], entry);
        return true;
    }

    /// <summary>Removes the outermost label stack entry, if there is one; <paramref name="ethType"/> names what it uncovers.</summary>
    public static void PopMpls(Frame frame, ref PacketLayout layout, ushort ethType)
    {
        if (layout.EthTypeOffset < 0 || layout.EthType is not (EtherType.Mpls or EtherType.MplsMulticast)) return;
        if (frame.Length < layout.Layer3 + 4) return;
        WriteUInt16BigEndian(frame.Bytes[layout.EthTypeOffset..], ethType);
        Remove(frame, layout.Layer3);
    }

    public static bool TryPushEthernet(Frame frame, PushEthAction action, ushort layer3Type)
    {
        if (!TryPush(frame, EthernetSize)) return false;
        var header = frame.Bytes;
        action.Destination.Write(header);
        action.Source.Write(header[6..]);
        WriteUInt16BigEndian(header[12..], layer3Type);
        return true;
    }

    private static bool TryPush(Frame frame, int size) =>
        frame.TryPush(size, out _) || (frame.TryMakeHeadRoom(size) && frame.TryPush(size, out _));

    /// <summary>Opens a gap of 4 bytes at <paramref name="offset"/>.</summary>
    private static bool TryInsert(Frame frame, int offset)
    {
        if (!TryPush(frame, 4)) return false;
        var bytes = frame.Bytes;
        bytes.Slice(4, offset).CopyTo(bytes);
        return true;
    }

    private static void Remove(Frame frame, int offset)
    {
        var bytes = frame.Bytes;
        bytes[..offset].CopyTo(bytes[4..]);
        frame.Pull(4);
    }
}
