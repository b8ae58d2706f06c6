using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Queues: counters, and what they are configured to.</summary>
internal static class QueueForms
{
    private const uint AllQueues = 0xffffffff;
    private const int Size14 = 48;
    private const ushort MinRate = 1;
    private const ushort MaxRate = 2;
    private const int RateSize = 16;

    public static OpenFlowMessage? ReadStatisticsRequest(ref WireReader body, Decoding at)
    {
        var port = WirePort.Read(ref body, at);
        if (at.Version == OpenFlowVersion.V10)
        {
            // OpenFlow 1.0 says ALL where later versions say ANY.
            if (port == OfpPort.All) port = OfpPort.None;
            body.Skip(2);
        }
        uint queue = body.U32();
        return at.Error == OpenFlowError.None ? new QueueStatisticsRequest(port, queue == AllQueues ? null : queue) : null;
    }

    public static void WriteStatisticsRequest(QueueStatisticsRequest message, MessageWriter to)
    {
        bool is10 = to.Version == OpenFlowVersion.V10;
        WirePort.Write(to.Wire, to.Version, is10 && message.Port == OfpPort.None ? OfpPort.All : message.Port);
        if (is10) to.Wire.Zeros(2);
        to.Wire.U32(message.Queue ?? AllQueues);
    }

    public static OpenFlowMessage? ReadStatistics(ref WireReader body, Decoding at)
    {
        List<QueueCounters> queues = [];
        while (body.Remaining > 0 && at.Error == OpenFlowError.None)
        {
            int properties = 0;
            if (at.Version >= OpenFlowVersion.V14)
            {
                properties = body.U16() - Size14;
                body.Skip(6);
            }
            var port = WirePort.Read(ref body, at);
            if (at.Version == OpenFlowVersion.V10) body.Skip(2);
            var queue = new QueueCounters(port, body.U32()) { TxBytes = body.U64(), TxPackets = body.U64(), TxErrors = body.U64() };
            if (at.Version >= OpenFlowVersion.V13) queue = queue with { Duration = RuleRemovedForms.ReadDuration(ref body) };
            body.Skip(properties);
            queues.Add(queue);
        }
        return at.Error == OpenFlowError.None ? new QueueStatisticsReply(queues) : null;
    }

    public static void WriteStatistics(QueueStatisticsReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var queue in reply.Queues)
        {
            int start = wire.Size;
            if (to.Version >= OpenFlowVersion.V14)
            {
                wire.U16(Size14);
                wire.Zeros(6);
            }
            WirePort.Write(wire, to.Version, queue.Port);
            if (to.Version == OpenFlowVersion.V10) wire.Zeros(2);
            wire.U32(queue.Queue);
            wire.U64(queue.TxBytes);
            wire.U64(queue.TxPackets);
            wire.U64(queue.TxErrors);
            if (to.Version >= OpenFlowVersion.V13) RuleRemovedForms.WriteDuration(queue.Duration, wire);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? ReadConfigurationRequest(ref WireReader body, Decoding at)
    {
        var port = WirePort.Read(ref body, at);
        if (at.Version == OpenFlowVersion.V10) body.Skip(2);
        if (at.Error != OpenFlowError.None) return null;
        if (at.Version >= OpenFlowVersion.V14)
        {
            uint queue = body.U32();
            return new QueueConfigurationRequest(port, queue == AllQueues ? null : queue);
        }
        if (at.Version >= OpenFlowVersion.V11) body.Skip(4);
        bool isAll = at.Version >= OpenFlowVersion.V11 && port == OfpPort.None;
        return isAll || !port.IsReserved ? new QueueConfigurationRequest(port) : at.Fail(OpenFlowError.QofcBadPort);
    }

    public static void WriteConfigurationRequest(QueueConfigurationRequest message, MessageWriter to)
    {
        WirePort.Write(to.Wire, to.Version, message.Port);
        if (to.Version >= OpenFlowVersion.V14) to.Wire.U32(message.Queue ?? AllQueues);
        else to.Wire.Zeros(to.Version == OpenFlowVersion.V10 ? 2 : 4);
    }

    public static OpenFlowMessage? ReadConfigurations(ref WireReader body, Decoding at)
    {
        List<QueueConfiguration> queues = [];
        var asked = OfpPort.None;
        if (at.Version < OpenFlowVersion.V14)
        {
            asked = WirePort.Read(ref body, at);
            body.Skip(at.Version == OpenFlowVersion.V10 ? 6 : 4);
        }
        while (body.Remaining > 0 && at.Error == OpenFlowError.None)
        {
            int start = body.Position;
            var port = at.Version >= OpenFlowVersion.V14 ? WirePort.Read(ref body, at) : asked;
            uint id = body.U32();
            if (at.Version is OpenFlowVersion.V12 or OpenFlowVersion.V13) port = WirePort.Read(ref body, at);
            int size = body.U16();
            body.Skip(at.Version <= OpenFlowVersion.V11 ? 2 : 6);
            size -= body.Position - start;
            var properties = new WireReader(body.Bytes(size));
            if (body.IsExhausted || size % 8 != 0) return at.Fail(OpenFlowError.BrcBadLen);
            var queue = new QueueConfiguration(port, id);
            if (!TryReadRates(ref properties, at, ref queue)) return null;
            queues.Add(queue);
        }
        return at.Error == OpenFlowError.None ? new QueueConfigurationReply(asked, queues) : null;
    }

    public static void WriteConfigurations(QueueConfigurationReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        bool is14 = to.Version >= OpenFlowVersion.V14;
        if (!is14)
        {
            WirePort.Write(wire, to.Version, reply.Port);
            wire.Zeros(to.Version == OpenFlowVersion.V10 ? 6 : 4);
        }
        foreach (var queue in reply.Queues)
        {
            int start = wire.Size;
            if (is14) wire.U32(WirePort.Widen(queue.Port));
            wire.U32(queue.Queue);
            if (to.Version is OpenFlowVersion.V12 or OpenFlowVersion.V13) wire.U32(WirePort.Widen(queue.Port));
            int lengthAt = wire.Size;
            wire.Zeros(to.Version <= OpenFlowVersion.V11 ? 4 : 8);
            WriteRate(MinRate, queue.MinRate, is14, wire);
            WriteRate(MaxRate, queue.MaxRate, is14, wire);
            wire.PatchU16(lengthAt, (ushort)(wire.Size - start));
            if (is14) to.EndItem(start);
        }
    }

    private static bool TryReadRates(ref WireReader reader, Decoding at, ref QueueConfiguration queue)
    {
        if (at.Version >= OpenFlowVersion.V14)
        {
            while (MessageProperty.TryRead(ref reader, at, out var property))
            {
                if (property.Type == MinRate) queue = queue with { MinRate = property.U16(at) };
                else if (property.Type == MaxRate) queue = queue with { MaxRate = property.U16(at) };
            }
            return at.Error == OpenFlowError.None;
        }
        while (reader.Remaining > 0)
        {
            ushort type = reader.U16();
            int size = reader.U16();
            reader.Skip(4);
            var value = new WireReader(reader.Bytes(size - 8));
            if (reader.IsExhausted || size % 8 != 0) return at.Refuse(OpenFlowError.BrcBadLen);
            if (type is MinRate or MaxRate && size != RateSize) return at.Refuse(OpenFlowError.BrcBadLen);
            if (type == MinRate) queue = queue with { MinRate = value.U16() };
            else if (type == MaxRate) queue = queue with { MaxRate = value.U16() };
        }
        return true;
    }

    private static void WriteRate(ushort type, ushort rate, bool is14, WireWriter wire)
    {
        if (rate == QueueConfiguration.NotSet) return;
        if (is14)
        {
            MessageProperty.WriteU16(wire, type, rate);
            return;
        }
        wire.U16(type);
        wire.U16(RateSize);
        wire.Zeros(4);
        wire.U16(rate);
        wire.Zeros(6);
    }
}
