using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

internal sealed class MetadataPatch(bool isPriority, FieldPatch patch) : HeaderPatch
{
    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        ref var field = ref frame.Metadata.SkbMark;
        if (isPriority) field = ref frame.Metadata.SkbPriority;
        field = patch.Of(field);
    }
}

internal sealed class EthernetPatch(ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private readonly FieldPatch _destination = new(value.EthDestination.Value, mask.EthDestination.Value);
    private readonly FieldPatch _source = new(value.EthSource.Value, mask.EthSource.Value);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.EthTypeOffset < 0) return;
        var header = frame.Bytes;
        new MacAddress(_destination.Of(MacAddress.Read(header).Value)).Write(header);
        new MacAddress(_source.Of(MacAddress.Read(header[6..]).Value)).Write(header[6..]);
    }
}

/// <summary>The outermost tag. The CFI bit of OVS's form only says "tagged" and is not on the wire.</summary>
internal sealed class VlanPatch(FieldPatch patch) : HeaderPatch
{
    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.VlanOffset < 0) return;
        var tci = frame.Bytes[(layout.VlanOffset + 2)..];
        var old = ReadUInt16BigEndian(tci);
        WriteUInt16BigEndian(tci, (ushort)((patch.Of(old) & ~FlowKey.VlanPresent) | (old & FlowKey.VlanPresent)));
    }
}

internal sealed class MplsPatch(FieldPatch patch) : HeaderPatch
{
    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.EthType is not (EtherType.Mpls or EtherType.MplsMulticast) || frame.Length < layout.Layer3 + 4) return;
        var entry = frame.Bytes[layout.Layer3..];
        WriteUInt32BigEndian(entry, patch.Of(ReadUInt32BigEndian(entry)));
    }
}

/// <summary>RFC 826 for Ethernet and IPv4: operation, sender and target.</summary>
internal sealed class ArpPatch(ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private const int Size = 28;

    private readonly FieldPatch _operation = new(value.NwProto, mask.NwProto);
    private readonly FieldPatch _senderAddress = new(value.NwSource.Value, mask.NwSource.Value);
    private readonly FieldPatch _targetAddress = new(value.NwDestination.Value, mask.NwDestination.Value);
    private readonly FieldPatch _senderHardware = new(value.ArpSourceHardware.Value, mask.ArpSourceHardware.Value);
    private readonly FieldPatch _targetHardware = new(value.ArpTargetHardware.Value, mask.ArpTargetHardware.Value);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.EthType != EtherType.Arp || frame.Length < layout.Layer3 + Size) return;
        var header = frame.Bytes[layout.Layer3..];
        // The key holds only the low byte of the operation, so an operation above 255 stays as it is unless it is set.
        if (!_operation.IsEmpty) WriteUInt16BigEndian(header[6..], _operation.Of((byte)ReadUInt16BigEndian(header[6..])));
        new MacAddress(_senderHardware.Of(MacAddress.Read(header[8..]).Value)).Write(header[8..]);
        WriteUInt32BigEndian(header[14..], _senderAddress.Of(ReadUInt32BigEndian(header[14..])));
        new MacAddress(_targetHardware.Of(MacAddress.Read(header[18..]).Value)).Write(header[18..]);
        WriteUInt32BigEndian(header[24..], _targetAddress.Of(ReadUInt32BigEndian(header[24..])));
    }
}
