using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Sends IPv4 and IPv6 packets: chooses source and next hop, writes headers, cuts what exceeds the MTU.</summary>
internal sealed class IpLayer(GuestCore core)
{
    /// <summary>Largest datagram sent or put together, without IP header: an 8,192-byte ping and room to spare.</summary>
    public const int MaxPayloadSize = 9216;
    public const byte DefaultHopLimit = 64;

    private byte[]? _scratch;
    private uint _packetId = core.Options.Seed * 2654435761u;

    public required NeighbourCache Neighbours { get; init; }

    /// <summary>False when the destination is in no prefix of ours and there is no gateway.</summary>
    public bool TryRoute(IpAddress destination, out IpAddress source, out IpAddress nextHop)
    {
        nextHop = destination;
        return destination.IsIpv4 ? TryRouteV4(destination, out source, ref nextHop) : TryRouteV6(destination, out source, ref nextHop);
    }

    /// <summary>
    /// Opens a packet of <paramref name="size"/> payload bytes, whose contents are undefined. Source null means "choose".
    /// </summary>
    public bool TryBegin(
        IpAddress? source, IpAddress destination, byte protocol, int size, out IpDraft draft, byte hopLimit = DefaultHopLimit)
    {
        draft = default;
        if (size > MaxPayloadSize || !TryRoute(destination, out var chosen, out var nextHop)) return false;
        draft.Source = source ?? chosen;
        draft.Destination = destination;
        draft.NextHop = nextHop;
        draft.Protocol = protocol;
        draft.HopLimit = hopLimit;
        var headerSize = destination.HeaderSize;
        if (headerSize + size > core.Options.Mtu)
        {
            draft.Payload = (_scratch ??= new byte[MaxPayloadSize]).AsSpan(0, size);
            return true;
        }

        if (!core.TryCreate(EthernetView.Size + headerSize + size, out draft.Frame)) return false;
        draft.Payload = draft.Frame.Bytes[(EthernetView.Size + headerSize)..];
        return true;
    }

    public void Send(in IpDraft draft)
    {
        if (draft.Frame is not null)
        {
            if (draft.Destination.IsIpv4) WriteV4(draft.Frame, draft, draft.Payload.Length, 0, more: false, (ushort)_packetId++);
            else WriteV6(draft.Frame, draft, draft.Payload.Length, draft.Protocol);
            Transmit(draft.Frame, draft.Destination, draft.NextHop);
            return;
        }

        SendFragments(draft);
    }

    /// <summary>Hands over a frame complete but for the destination MAC.</summary>
    public void Transmit(Frame frame, IpAddress destination, IpAddress nextHop)
    {
        if (NeedsNoNeighbour(destination))
        {
            GroupMac(destination).Write(frame.Bytes);
            core.Output(frame);
        }
        else if (core.Owns(destination))
        {
            core.LoopBack(frame);
        }
        else
        {
            Neighbours.Send(frame, nextHop);
        }
    }

    /// <summary>Its MAC follows from the address.</summary>
    public static bool NeedsNoNeighbour(IpAddress destination) =>
        destination.IsMulticast || (destination.IsIpv4 && destination.V4 == Ipv4Address.Broadcast);

    /// <summary>RFC 1112 section 6.4 and RFC 2464 section 7.</summary>
    public static MacAddress GroupMac(IpAddress group)
    {
        if (!group.IsIpv4) return new MacAddress(0x3333_0000_0000UL | (uint)group.V6.Low);
        return group.V4 == Ipv4Address.Broadcast ? MacAddress.Broadcast : new MacAddress(0x0100_5e00_0000UL | group.V4.Value & 0x7f_ffff);
    }

    private bool TryRouteV4(IpAddress destination, out IpAddress source, ref IpAddress nextHop)
    {
        source = default;
        if (core.Options.Ipv4 is not { } own) return false;
        source = own;
        if (destination.IsMulticast || destination.V4 == Ipv4Address.Broadcast) return true;
        if (destination.SharesPrefix(own, core.Options.Ipv4PrefixLength)) return true;
        if (core.Options.Gateway is not { } gateway) return false;
        nextHop = gateway;
        return true;
    }

    private bool TryRouteV6(IpAddress destination, out IpAddress source, ref IpAddress nextHop)
    {
        source = core.LinkLocal;
        if (!core.Options.HasIpv6) return false;
        if (destination.V6.IsLinkLocal || destination.IsMulticast) return true;
        foreach (var own in core.Ipv6)
        {
            if (!destination.SharesPrefix(own.Address, own.PrefixLength)) continue;
            source = own.Address;
            return true;
        }

        if (core.Ipv6.Length == 0 || core.Options.GatewayV6 is not { } gateway) return false;
        source = core.Ipv6[0].Address;
        nextHop = gateway;
        return true;
    }

    private void SendFragments(in IpDraft draft)
    {
        var isV4 = draft.Destination.IsIpv4;
        var headerSize = isV4 ? Ipv4View.MinSize : Ipv6View.Size + Ipv6Extensions.FragmentHeaderSize;
        var room = (core.Options.Mtu - headerSize) & ~7;
        var id = _packetId++;
        for (var offset = 0; offset < draft.Payload.Length; offset += room)
        {
            var part = draft.Payload[offset..Math.Min(offset + room, draft.Payload.Length)];
            var more = offset + part.Length < draft.Payload.Length;
            if (!core.TryCreate(EthernetView.Size + headerSize + part.Length, out var frame)) continue;
            part.CopyTo(frame.Bytes[(EthernetView.Size + headerSize)..]);
            if (isV4)
            {
                WriteV4(frame, draft, part.Length, offset, more, (ushort)id);
            }
            else
            {
                WriteV6(frame, draft, Ipv6Extensions.FragmentHeaderSize + part.Length, IpProtocol.Fragment);
                Ipv6Extensions.EmitFragmentHeader(frame.Bytes[(EthernetView.Size + Ipv6View.Size)..], draft.Protocol, offset, more, id);
            }

            Transmit(frame, draft.Destination, draft.NextHop);
        }
    }

    /// <summary>A packet that is no fragment must not become one on its way, as Linux sends it.</summary>
    private void WriteV4(Frame frame, in IpDraft draft, int payloadSize, int offset, bool more, ushort id)
    {
        new EthernetHeader(MacAddress.Zero, core.Options.Mac, EtherType.Ipv4).Emit(frame.Bytes);
        new Ipv4Header(
            draft.Source.V4, draft.Destination.V4, draft.Protocol, payloadSize, draft.HopLimit, 0, id, !more && offset == 0, more, offset)
            .Emit(frame.Bytes[EthernetView.Size..]);
    }

    private void WriteV6(Frame frame, in IpDraft draft, int payloadSize, byte nextHeader)
    {
        new EthernetHeader(MacAddress.Zero, core.Options.Mac, EtherType.Ipv6).Emit(frame.Bytes);
        new Ipv6Header(draft.Source.V6, draft.Destination.V6, nextHeader, payloadSize, draft.HopLimit)
            .Emit(frame.Bytes[EthernetView.Size..]);
    }
}
