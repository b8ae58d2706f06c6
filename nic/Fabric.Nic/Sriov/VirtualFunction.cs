using System.Buffers.Binary;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// One VF as the card knows it, whether or not the host's switch has its representor: what the host says of it, what the guest has asked
/// for, its link, and what was dropped for its sake.
/// </summary>
public sealed class VirtualFunction
{
    private const int EthernetSize = 14;
    private const int TagSize = 4;

    internal VirtualFunction(OdpPort number, string name) => (Number, Name) = (number, name);

    /// <summary>Of its representor.</summary>
    public OdpPort Number { get; }

    public string Name { get; }

    public VfSettings Settings { get; internal set; } = new();

    /// <summary>The address in force: the host's, or one that a guest which may do so has set since.</summary>
    public MacAddress Mac { get; internal set; }

    /// <summary>The guest gets frames of others, too; in switchdev mode the flows decide, and this changes nothing.</summary>
    public bool IsPromiscuous { get; internal set; }

    /// <summary>False while no guest drives the VF.</summary>
    public bool IsDriven { get; internal set; } = true;

    /// <summary>The link: what <see cref="VfSettings.Link"/>, the physical port and the guest's driver make of it.</summary>
    public bool IsUp { get; internal set; }

    /// <summary>Requests of the guest that were refused for lack of trust.</summary>
    public long RefusedRequests { get; internal set; }

    /// <summary>Frames from and to the VF that the card dropped.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>Frames that wait for the VF's rate.</summary>
    public int WaitingCount => Rate?.Count ?? 0;

    internal VfChecks Checks { get; set; }

    internal VfRate? Rate { get; set; }

    /// <summary>Whether a frame of this VLAN (0: without tag) is for a VF like this. Guests ask for no VLANs, so without one of its own
    /// a VF gets untagged frames only, unless it gets everything.</summary>
    internal bool TakesVlan(int vlan) => Settings.Vlan == vlan || (Settings.Vlan == 0 && IsPromiscuous);

    /// <summary>Judges a frame that the guest sends, and pushes the VF's tag. False: to be dropped.</summary>
    internal bool TryTake(Frame frame, out DropReason reason)
    {
        reason = DropReason.MalformedFrame;
        if (frame.Length < EthernetSize) return false;
        reason = DropReason.SourceSpoofed;
        if ((Checks & VfChecks.Source) != 0 && MacAddress.Read(frame.Bytes[6..]) != Mac) return false;
        reason = DropReason.VfVlanRefused;
        var isTagged = IsTagged(frame);
        if ((Checks & VfChecks.Vlan) != 0 && isTagged) return false;
        reason = DropReason.MtuExceeded;
        if (IsTooLong(frame, isTagged)) return false;
        reason = DropReason.NoHeadRoom;
        return (Checks & VfChecks.Vlan) == 0 || TryPushTag(frame);
    }

    /// <summary>Judges a frame on its way to the guest, and pops the VF's tag. False: to be dropped.</summary>
    internal bool TryGive(Frame frame, out DropReason reason)
    {
        reason = DropReason.VfVlanRefused;
        var isTagged = IsTagged(frame);
        if ((Checks & VfChecks.Vlan) != 0)
        {
            if (!isTagged || VlanOf(frame) != Settings.Vlan) return false;
            PopTag(frame);
            isTagged = IsTagged(frame);
        }

        reason = DropReason.MtuExceeded;
        return !IsTooLong(frame, isTagged);
    }

    /// <summary>Of the outermost tag; 0 without one, and for a tag that is there for its priority alone.</summary>
    internal static int VlanOf(Frame frame) =>
        IsTagged(frame) ? BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes[EthernetSize..]) & 0xfff : 0;

    private static bool IsTagged(Frame frame) => frame.Length >= EthernetSize + TagSize
        && BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes[12..]) is EtherType.Vlan or EtherType.ServiceVlan;

    /// <summary>A tag comes on top of the MTU, as in Linux.</summary>
    private bool IsTooLong(Frame frame, bool isTagged) =>
        (Checks & VfChecks.Mtu) != 0 && frame.Length - EthernetSize - (isTagged ? TagSize : 0) > Settings.Mtu;

    private bool TryPushTag(Frame frame)
    {
        if (!frame.TryPush(TagSize, out _)) return false;
        var bytes = frame.Bytes;
        bytes.Slice(TagSize, 12).CopyTo(bytes);
        new VlanTag(EtherType.Vlan, 0, false, (ushort)Settings.Vlan).Emit(bytes[12..]);
        return true;
    }

    private static void PopTag(Frame frame)
    {
        var bytes = frame.Bytes;
        bytes[..12].CopyTo(bytes[TagSize..]);
        frame.Pull(TagSize);
    }
}
