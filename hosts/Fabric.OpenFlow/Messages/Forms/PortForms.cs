namespace Fabric.OpenFlow;

/// <summary>Ports as they are described and changed.</summary>
internal static class PortForms
{
    private const int NameSize = 16;
    private const int Size10 = 48;
    private const int Size11 = 64;
    private const int Size14 = 40;
    private const ulong EthernetProperty = 0;
    private const int EthernetPropertySize = 32;

    private const PortConfigurationBits Known11 = PortConfigurationBits.PortDown | PortConfigurationBits.NoReceive
        | PortConfigurationBits.NoForward | PortConfigurationBits.NoPacketIn;
    private const PortConfigurationBits Known10 = (PortConfigurationBits)0x7f;
    private const PortStateBits State11 = PortStateBits.LinkDown | PortStateBits.Blocked | PortStateBits.Live;
    private const PortStateBits State10 = PortStateBits.LinkDown | PortStateBits.StpBlock;

    /// <summary>All that are left. Up to OpenFlow 1.3 bytes that fill no port are passed over.</summary>
    public static bool TryReadPorts(ref WireReader body, Decoding at, out List<PortDescription> ports)
    {
        ports = [];
        int least = at.Version switch { OpenFlowVersion.V10 => Size10, < OpenFlowVersion.V14 => Size11, _ => 1 };
        while (body.Remaining >= least)
        {
            if (!TryReadPort(ref body, at, out var port)) return false;
            ports.Add(port);
        }
        body.Skip(body.Remaining);
        return true;
    }

    public static bool TryReadPort(ref WireReader body, Decoding at, out PortDescription port)
    {
        port = new PortDescription(WirePort.Read(ref body, at), default, "");
        int properties = -1;
        if (at.Version >= OpenFlowVersion.V14)
        {
            properties = body.U16() - Size14;
            if (properties < 0) return at.Refuse(OpenFlowError.BrcBadLen);
            body.Skip(2);
        }
        else if (at.Version >= OpenFlowVersion.V11)
        {
            body.Skip(4);
        }
        var address = WirePort.ReadMac(ref body);
        if (at.Version >= OpenFlowVersion.V11) body.Skip(2);
        string name = WirePort.ReadText(ref body, NameSize);
        bool is10 = at.Version == OpenFlowVersion.V10;
        port = port with
        {
            Address = address, Name = name,
            Configuration = (PortConfigurationBits)body.U32() & (is10 ? Known10 : Known11),
            State = (PortStateBits)body.U32() & (is10 ? State10 : State11),
        };
        if (properties < 0)
        {
            port = ReadFeatures(ref body, at.Version, port);
        }
        else
        {
            var reader = new WireReader(body.Bytes(properties));
            if (!body.IsExhausted && !TryReadProperties(ref reader, at, ref port)) return false;
        }
        return !body.IsExhausted && at.Error == OpenFlowError.None || at.Refuse(OpenFlowError.BrcBadLen);
    }

    public static void WritePort(PortDescription port, MessageWriter to)
    {
        var wire = to.Wire;
        bool is10 = to.Version == OpenFlowVersion.V10, is14 = to.Version >= OpenFlowVersion.V14;
        WirePort.Write(wire, to.Version, port.Port);
        if (is14)
        {
            wire.U16(Size14 + EthernetPropertySize);
            wire.Zeros(2);
        }
        else if (!is10)
        {
            wire.Zeros(4);
        }
        WirePort.WriteMac(wire, port.Address);
        if (!is10) wire.Zeros(2);
        wire.FixedText(port.Name, NameSize);
        wire.U32((uint)(port.Configuration & (is10 ? Known10 : Known11)));
        wire.U32((uint)(port.State & (is10 ? State10 : State11)));
        int start = is14 ? MessageProperty.BeginNested(wire, EthernetProperty) : 0;
        foreach (var features in (ReadOnlySpan<PortFeatures>)[port.Current, port.Advertised, port.Supported, port.Peer])
            wire.U32(EncodeFeatures(features, to.Version));
        if (!is10)
        {
            wire.U32(port.CurrentSpeed);
            wire.U32(port.MaxSpeed);
        }
        if (is14) MessageProperty.End(wire, start);
    }

    public static OpenFlowMessage? ReadDescriptions(ref WireReader body, Decoding at) =>
        TryReadPorts(ref body, at, out var ports) ? new PortDescriptionReply(ports) : null;

    public static void WriteDescriptions(PortDescriptionReply reply, MessageWriter to)
    {
        foreach (var port in reply.Ports)
        {
            int start = to.Wire.Size;
            WritePort(port, to);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? ReadDescriptionRequest15(ref WireReader body, Decoding at)
    {
        var port = WirePort.Read(ref body, at);
        body.Skip(4);
        return at.Error == OpenFlowError.None ? new PortDescriptionRequest(port) : null;
    }

    public static void WriteDescriptionRequest15(PortDescriptionRequest message, MessageWriter to)
    {
        to.Wire.U32(WirePort.Widen(message.Port));
        to.Wire.Zeros(4);
    }

    public static OpenFlowMessage? ReadStatus(ref WireReader body, Decoding at)
    {
        byte reason = body.U8();
        body.Skip(7);
        if (reason > (byte)PortChangeReason.Modify) return at.Fail(OpenFlowError.NxbrcBadReason);
        if (!TryReadPort(ref body, at, out var port)) return null;
        body.Skip(body.Remaining);
        return new PortStatusMessage((PortChangeReason)reason, port);
    }

    public static void WriteStatus(PortStatusMessage message, MessageWriter to)
    {
        to.Wire.U8((byte)message.Reason);
        to.Wire.Zeros(7);
        WritePort(message.Port, to);
    }

    public static OpenFlowMessage? ReadMod(ref WireReader body, Decoding at)
    {
        bool is10 = at.Version == OpenFlowVersion.V10;
        var port = WirePort.Read(ref body, at);
        if (!is10) body.Skip(4);
        var address = WirePort.ReadMac(ref body);
        if (!is10) body.Skip(2);
        var known = is10 ? Known10 : Known11;
        var configuration = (PortConfigurationBits)body.U32() & known;
        var mask = (PortConfigurationBits)body.U32() & known;
        var advertise = PortFeatures.None;
        if (at.Version < OpenFlowVersion.V14)
        {
            advertise = DecodeFeatures(body.U32(), at.Version);
            body.Skip(4);
        }
        else
        {
            while (MessageProperty.TryRead(ref body, at, out var property))
            {
                if (property.Type == EthernetProperty) advertise = DecodeFeatures(property.U32(at), at.Version);
                else property.Unknown(at, isLoose: false);
            }
        }
        if (at.Error != OpenFlowError.None) return null;
        return new PortModMessage(new PortMod(port, address) { Configuration = configuration & mask, Mask = mask, Advertise = advertise });
    }

    public static void WriteMod(PortModMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        var request = message.Request;
        bool is10 = to.Version == OpenFlowVersion.V10;
        WirePort.Write(wire, to.Version, request.Port);
        if (!is10) wire.Zeros(4);
        WirePort.WriteMac(wire, request.Address);
        if (!is10) wire.Zeros(2);
        wire.U32((uint)(request.Configuration & (is10 ? Known10 : Known11)));
        wire.U32((uint)(request.Mask & (is10 ? Known10 : Known11)));
        uint advertise = EncodeFeatures(request.Advertise, to.Version);
        if (to.Version < OpenFlowVersion.V14)
        {
            wire.U32(advertise);
            wire.Zeros(4);
        }
        else if (advertise != 0)
        {
            MessageProperty.WriteU32(wire, EthernetProperty, advertise);
        }
    }

    /// <summary>OpenFlow 1.0 has no features between 10 Gb/s and "copper".</summary>
    private static uint EncodeFeatures(PortFeatures features, OpenFlowVersion version) => version == OpenFlowVersion.V10
        ? (uint)features & 0x7f | ((uint)features & 0xf800) >> 4 : (uint)features;

    private static PortFeatures DecodeFeatures(uint bits, OpenFlowVersion version) => (PortFeatures)(version == OpenFlowVersion.V10
        ? bits & 0x7f | (bits & 0xf80) << 4 : bits & 0xffff);

    private static PortDescription ReadFeatures(ref WireReader body, OpenFlowVersion version, PortDescription port)
    {
        port = port with
        {
            Current = DecodeFeatures(body.U32(), version), Advertised = DecodeFeatures(body.U32(), version),
            Supported = DecodeFeatures(body.U32(), version), Peer = DecodeFeatures(body.U32(), version),
        };
        return version == OpenFlowVersion.V10
            ? port with { CurrentSpeed = SpeedOf(port.Current), MaxSpeed = SpeedOf(port.Supported) }
            : port with { CurrentSpeed = body.U32(), MaxSpeed = body.U32() };
    }

    private static bool TryReadProperties(ref WireReader reader, Decoding at, ref PortDescription port)
    {
        while (MessageProperty.TryRead(ref reader, at, out var property))
        {
            if (property.Type != EthernetProperty) continue;
            if (property.Whole.Length != EthernetPropertySize) return at.Refuse(OpenFlowError.BpcBadLen);
            var value = new WireReader(property.Nested(at));
            port = ReadFeatures(ref value, at.Version, port);
        }
        return at.Error == OpenFlowError.None;
    }

    /// <summary>Kilobits a second of the fastest mode.</summary>
    private static uint SpeedOf(PortFeatures features) => features switch
    {
        _ when (features & PortFeatures.Speed10GFullDuplex) != 0 => 10_000_000,
        _ when (features & (PortFeatures.Speed1GFullDuplex | PortFeatures.Speed1GHalfDuplex)) != 0 => 1_000_000,
        _ when (features & (PortFeatures.Speed100MFullDuplex | PortFeatures.Speed100MHalfDuplex)) != 0 => 100_000,
        _ when (features & (PortFeatures.Speed10MFullDuplex | PortFeatures.Speed10MHalfDuplex)) != 0 => 10_000,
        _ => 0,
    };
}
