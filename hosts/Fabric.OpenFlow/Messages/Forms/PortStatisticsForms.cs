using System.Text;

namespace Fabric.OpenFlow;

/// <summary>Counters of ports.</summary>
internal static class PortStatisticsForms
{
    private const int Size14 = 80;
    private const ulong EthernetProperty = 0;
    private const int EthernetPropertySize = 40;
    private const uint IntelVendor = 0x0000AA01;
    private const uint Rfc2819Type = 1;
    private const uint CustomType = 2;
    private const int Rfc2819Count = 21;

    public static OpenFlowMessage? ReadRequest(ref WireReader body, Decoding at)
    {
        var port = WirePort.Read(ref body, at);
        body.Skip(body.Remaining);
        return at.Error == OpenFlowError.None ? new PortStatisticsRequest(port) : null;
    }

    public static void WriteRequest(PortStatisticsRequest message, MessageWriter to)
    {
        WirePort.Write(to.Wire, to.Version, message.Port);
        to.Wire.Zeros(to.Version == OpenFlowVersion.V10 ? 6 : 4);
    }

    public static OpenFlowMessage? Read(ref WireReader body, Decoding at)
    {
        List<PortStatistics> ports = [];
        while (body.Remaining > 0 && at.Error == OpenFlowError.None)
        {
            if (at.Version >= OpenFlowVersion.V14)
            {
                if (!TryRead14(ref body, at, out var port)) return null;
                ports.Add(port);
                continue;
            }
            var plain = new PortStatistics(WirePort.Read(ref body, at));
            body.Skip(at.Version == OpenFlowVersion.V10 ? 6 : 4);
            plain = ReadErrors(ref body, ReadTraffic(ref body, plain));
            ports.Add(at.Version == OpenFlowVersion.V13 ? plain with { Duration = RuleRemovedForms.ReadDuration(ref body) } : plain);
        }
        return at.Error == OpenFlowError.None ? new PortStatisticsReply(ports) : null;
    }

    public static void Write(PortStatisticsReply reply, MessageWriter to)
    {
        foreach (var port in reply.Ports)
        {
            int start = to.Wire.Size;
            if (to.Version >= OpenFlowVersion.V14)
            {
                Write14(port, to);
                to.PatchSize(start);
            }
            else
            {
                WirePort.Write(to.Wire, to.Version, port.Port);
                to.Wire.Zeros(to.Version == OpenFlowVersion.V10 ? 6 : 4);
                WriteTraffic(port, to.Wire);
                WriteErrors(port, to.Wire);
                if (to.Version == OpenFlowVersion.V13) RuleRemovedForms.WriteDuration(port.Duration, to.Wire);
            }
            to.EndItem(start);
        }
    }

    private static PortStatistics ReadTraffic(ref WireReader body, PortStatistics port) => port with
    {
        RxPackets = body.U64(), TxPackets = body.U64(), RxBytes = body.U64(), TxBytes = body.U64(),
        RxDropped = body.U64(), TxDropped = body.U64(), RxErrors = body.U64(), TxErrors = body.U64(),
    };

    private static void WriteTraffic(PortStatistics port, WireWriter wire)
    {
        wire.U64(port.RxPackets);
        wire.U64(port.TxPackets);
        wire.U64(port.RxBytes);
        wire.U64(port.TxBytes);
        wire.U64(port.RxDropped);
        wire.U64(port.TxDropped);
        wire.U64(port.RxErrors);
        wire.U64(port.TxErrors);
    }

    private static PortStatistics ReadErrors(ref WireReader body, PortStatistics port) => port with
    {
        RxFrameErrors = body.U64(), RxOverErrors = body.U64(), RxCrcErrors = body.U64(), Collisions = body.U64(),
    };

    private static void WriteErrors(PortStatistics port, WireWriter wire)
    {
        wire.U64(port.RxFrameErrors);
        wire.U64(port.RxOverErrors);
        wire.U64(port.RxCrcErrors);
        wire.U64(port.Collisions);
    }

    private static bool TryRead14(ref WireReader body, Decoding at, out PortStatistics port)
    {
        int size = body.U16();
        body.Skip(2);
        port = new PortStatistics(WirePort.Read(ref body, at));
        port = ReadTraffic(ref body, port with { Duration = RuleRemovedForms.ReadDuration(ref body) });
        var properties = new WireReader(body.Bytes(size - Size14));
        if (body.IsExhausted) return at.Refuse(OpenFlowError.BrcBadLen);
        while (MessageProperty.TryRead(ref properties, at, out var property))
        {
            if (property.Type == EthernetProperty)
            {
                if (property.Whole.Length != EthernetPropertySize) return at.Refuse(OpenFlowError.BpcBadLen);
                var value = new WireReader(property.Nested(at));
                port = ReadErrors(ref value, port);
            }
            else if (property.Type == MessageProperty.Experimenter(IntelVendor, Rfc2819Type))
            {
                var counters = new WireReader(property.Nested(at));
                if (counters.Remaining != Rfc2819Count * 8) return at.Refuse(OpenFlowError.BpcBadLen);
                var values = new ulong[Rfc2819Count];
                for (int i = 0; i < values.Length; i++) values[i] = counters.U64();
                port = port with { Rfc2819 = Array.TrueForAll(values, v => v == PortStatistics.Unknown) ? null : values };
            }
            else if (property.Type == MessageProperty.Experimenter(IntelVendor, CustomType))
            {
                if (!TryReadCustom(property, at, out var custom)) return false;
                port = port with { Custom = custom };
            }
        }
        return at.Error == OpenFlowError.None;
    }

    private static bool TryReadCustom(MessageProperty property, Decoding at, out List<KeyValuePair<string, ulong>> custom)
    {
        custom = [];
        var reader = new WireReader(property.Value);
        reader.Skip(2);
        int count = reader.U16();
        for (int i = 0; i < count && !reader.IsExhausted; i++)
        {
            string name = Encoding.UTF8.GetString(reader.Bytes(reader.U8()));
            custom.Add(new KeyValuePair<string, ulong>(name, reader.U64()));
        }
        return !reader.IsExhausted || at.Refuse(OpenFlowError.BpcBadLen);
    }

    private static void Write14(PortStatistics port, MessageWriter to)
    {
        var wire = to.Wire;
        wire.Zeros(4);
        wire.U32(WirePort.Widen(port.Port));
        RuleRemovedForms.WriteDuration(port.Duration, wire);
        WriteTraffic(port, wire);
        int start = MessageProperty.BeginNested(wire, EthernetProperty);
        WriteErrors(port, wire);
        MessageProperty.End(wire, start);
        start = MessageProperty.BeginNested(wire, MessageProperty.Experimenter(IntelVendor, Rfc2819Type));
        for (int i = 0; i < Rfc2819Count; i++) wire.U64(port.Rfc2819?[i] ?? PortStatistics.Unknown);
        MessageProperty.End(wire, start);
        if (port.Custom.Count == 0) return;
        start = MessageProperty.Begin(wire, MessageProperty.Experimenter(IntelVendor, CustomType));
        wire.Zeros(2);
        wire.U16((ushort)port.Custom.Count);
        foreach (var (name, value) in port.Custom)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            int size = Math.Min(bytes.Length, byte.MaxValue);
            wire.U8((byte)size);
            wire.Bytes(bytes.AsSpan(0, size));
            wire.U64(value);
        }
        MessageProperty.End(wire, start);
    }
}
