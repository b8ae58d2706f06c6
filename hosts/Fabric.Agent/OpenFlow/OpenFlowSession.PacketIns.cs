using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Packets on their way to the controller, within its rate and its queue.</summary>
public sealed partial class OpenFlowSession
{
    private PacketInScheduler<PacketInMessage>? _actionLimit;
    private PacketInScheduler<PacketInMessage>? _missLimit;

    /// <summary>Packet-ins that found the queue of the connection full.</summary>
    public long DroppedPacketIns { get; private set; }

    /// <summary>What <c>Controller.status</c> says of rate limits; empty without one.</summary>
    public IEnumerable<KeyValuePair<string, string>> LimitStatus() => [.. Status("action", _actionLimit), .. Status("miss", _missLimit)];

    internal void Deliver(PacketIn packet, HexBytes continuation, long nowMs)
    {
        var message = new PacketInMessage(packet, PacketInFormat)
        {
            TotalSize = (uint)packet.Data.Size,
            Continuation = PacketInFormat == PacketInFormat.Nicira2 ? continuation : HexBytes.Empty,
        };
        var isMiss = packet.Reason is PacketInReason.NoMatch or PacketInReason.ExplicitMiss or PacketInReason.ImplicitMiss;
        if ((isMiss ? _missLimit : _actionLimit) is not { } limit || limit.TryPass(message, packet.PipelineFields.Value.InPort, nowMs))
            Enqueue(message);
    }

    private void RunPacketIns(long nowMs)
    {
        foreach (var limit in new[] { _actionLimit, _missLimit })
            if (limit is not null)
                foreach (var message in limit.Run(nowMs)) Enqueue(message);
    }

    private void Enqueue(PacketInMessage message)
    {
        if (_output.PacketInCount >= Settings.MaxPacketIns) DroppedPacketIns++;
        else Send(message, OutputKind.PacketIn);
    }

    private void ConfigureLimits()
    {
        if (Settings.PacketInRate <= 0)
        {
            (_actionLimit, _missLimit) = (null, null);
            return;
        }

        (_actionLimit ??= new(Settings.PacketInRate, Settings.PacketInBurst)).Configure(Settings.PacketInRate, Settings.PacketInBurst);
        (_missLimit ??= new(Settings.PacketInRate, Settings.PacketInBurst)).Configure(Settings.PacketInRate, Settings.PacketInBurst);
    }

    private static IEnumerable<KeyValuePair<string, string>> Status(string name, PacketInScheduler<PacketInMessage>? limit) =>
        limit is null ? [] :
        [
            new($"packet-in-{name}-backlog", $"{limit.BacklogCount}"), new($"packet-in-{name}-bypassed", $"{limit.BypassedCount}"),
            new($"packet-in-{name}-queued", $"{limit.QueuedCount}"), new($"packet-in-{name}-dropped", $"{limit.DroppedCount}"),
        ];
}
