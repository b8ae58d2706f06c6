namespace Fabric.OpenFlow;

/// <summary>Features and configuration of the switch, and its description.</summary>
internal static class SwitchForms
{
    private const SwitchCapabilities Common = SwitchCapabilities.FlowStatistics | SwitchCapabilities.TableStatistics
        | SwitchCapabilities.PortStatistics | SwitchCapabilities.IpReassembly | SwitchCapabilities.QueueStatistics;

    /// <summary>Bit of the spanning tree in OpenFlow 1.0; later ones have group statistics there.</summary>
    private const uint StpIn10 = 1 << 3;
    private const ushort FragmentMask = 3;
    private const ushort InvalidTtl = 1 << 2;
    private const int DescriptionSize = 256;
    private const int SerialSize = 32;

    public static OpenFlowMessage? ReadFeatures(ref WireReader body, Decoding at)
    {
        var reply = new FeaturesReply(body.U64()) { BufferCount = body.U32(), TableCount = body.U8() };
        byte auxiliary = body.U8();
        body.Skip(2);
        uint capabilities = body.U32();
        uint actions = body.U32();
        reply = reply with { Capabilities = (SwitchCapabilities)capabilities & KnownIn(at.Version) };
        if (at.Version == OpenFlowVersion.V10)
        {
            if ((capabilities & StpIn10) != 0) reply = reply with { Capabilities = reply.Capabilities | SwitchCapabilities.Stp };
            reply = reply with { Actions = actions };
        }
        if (at.Version >= OpenFlowVersion.V13) return reply with { AuxiliaryId = auxiliary };
        return PortForms.TryReadPorts(ref body, at, out var ports) ? reply with { Ports = ports } : null;
    }

    public static void WriteFeatures(FeaturesReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        int start = wire.Size - MessageId.PlainSize;
        wire.U64(reply.DatapathId);
        wire.U32(reply.BufferCount);
        wire.U8(reply.TableCount);
        wire.U8(to.Version >= OpenFlowVersion.V13 ? reply.AuxiliaryId : (byte)0);
        wire.Zeros(2);
        uint capabilities = (uint)(reply.Capabilities & KnownIn(to.Version));
        if (to.Version == OpenFlowVersion.V10 && reply.Capabilities.HasFlag(SwitchCapabilities.Stp)) capabilities |= StpIn10;
        wire.U32(capabilities);
        wire.U32(to.Version == OpenFlowVersion.V10 ? reply.Actions : 0);
        if (to.Version >= OpenFlowVersion.V13) return;
        foreach (var port in reply.Ports)
        {
            int before = wire.Size;
            PortForms.WritePort(port, to);
            // There is no second part: the rest has to be asked for with a port description.
            if (wire.Size - start <= ushort.MaxValue) continue;
            wire.Truncate(before);
            break;
        }
    }

    public static OpenFlowMessage ReadGetConfigReply(ref WireReader body, Decoding at) =>
        new GetConfigReply(ReadConfiguration(ref body, at, out _));

    public static OpenFlowMessage? ReadSetConfig(ref WireReader body, Decoding at)
    {
        var configuration = ReadConfiguration(ref body, at, out bool isValid);
        return isValid ? new SetConfig(configuration) : at.Fail(OpenFlowError.ScfcBadFlags);
    }

    public static void WriteGetConfigReply(GetConfigReply message, MessageWriter to) => WriteConfiguration(message.Configuration, to);

    public static void WriteSetConfig(SetConfig message, MessageWriter to) => WriteConfiguration(message.Configuration, to);

    public static OpenFlowMessage ReadDescription(ref WireReader body, Decoding at) => new SwitchDescriptionReply(
        WirePort.ReadText(ref body, DescriptionSize), WirePort.ReadText(ref body, DescriptionSize),
        WirePort.ReadText(ref body, DescriptionSize), WirePort.ReadText(ref body, SerialSize),
        WirePort.ReadText(ref body, DescriptionSize));

    public static void WriteDescription(SwitchDescriptionReply reply, MessageWriter to)
    {
        to.Wire.FixedText(reply.Manufacturer, DescriptionSize);
        to.Wire.FixedText(reply.Hardware, DescriptionSize);
        to.Wire.FixedText(reply.Software, DescriptionSize);
        to.Wire.FixedText(reply.SerialNumber, SerialSize);
        to.Wire.FixedText(reply.Datapath, DescriptionSize);
    }

    private static SwitchCapabilities KnownIn(OpenFlowVersion version) => Common | version switch
    {
        OpenFlowVersion.V10 => SwitchCapabilities.ArpMatchIp,
        OpenFlowVersion.V11 => SwitchCapabilities.ArpMatchIp | SwitchCapabilities.GroupStatistics,
        OpenFlowVersion.V12 or OpenFlowVersion.V13 => SwitchCapabilities.PortBlocked | SwitchCapabilities.GroupStatistics,
        _ => SwitchCapabilities.PortBlocked | SwitchCapabilities.GroupStatistics | SwitchCapabilities.Bundles
            | SwitchCapabilities.FlowMonitoring,
    };

    private static SwitchConfiguration ReadConfiguration(ref WireReader body, Decoding at, out bool isValid)
    {
        ushort flags = body.U16();
        bool hasTtl = at.Version < OpenFlowVersion.V13;
        isValid = (flags & ~(FragmentMask | (hasTtl ? InvalidTtl : 0))) == 0;
        return new SwitchConfiguration((FragmentMode)(flags & FragmentMask), body.U16())
        {
            SendsInvalidTtl = hasTtl ? (flags & InvalidTtl) != 0 : null,
        };
    }

    private static void WriteConfiguration(SwitchConfiguration configuration, MessageWriter to)
    {
        bool hasTtl = to.Version < OpenFlowVersion.V13 && configuration.SendsInvalidTtl == true;
        to.Wire.U16((ushort)((int)configuration.Fragments | (hasTtl ? InvalidTtl : 0)));
        to.Wire.U16(configuration.MissSendSize);
    }
}
