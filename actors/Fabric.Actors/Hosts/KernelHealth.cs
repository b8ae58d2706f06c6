using System.Globalization;
using Fabric.Datapath;
using Fabric.Nic;

namespace Fabric.Actors;

/// <summary>How a NIC is as its host sees it.</summary>
internal static class KernelHealth
{
    public static IReadOnlyList<HealthLine> Of(KernelDatapath datapath, PcieOffloadHook hook, long nowMs)
    {
        var silentMs = hook.Pcie.SilenceMs(nowMs);
        return
        [
            hook.IsReachable
                ? new("NIC answers the host", HealthVerdict.Pass, $"heard {silentMs} ms ago, silent {hook.Pcie.SilenceCount} times")
                : new("NIC answers the host", HealthVerdict.Fail, $"silent for {silentMs} ms: the host forwards"),
            Room(datapath.Room),
            HealthLine.OfShare("kernel datapath flows", datapath.Statistics.FlowCount, datapath.Options.MaxFlows, "used"),
            Upcalls(datapath),
            Connections(datapath),
        ];
    }

    private static HealthLine Upcalls(KernelDatapath datapath)
    {
        var line = HealthLine.OfShare("upcall queue", datapath.QueuedUpcalls, datapath.Options.UpcallQueueCapacity, "wait");
        var lost = datapath.Statistics.Lost;
        if (lost > 0 && line.Verdict == HealthVerdict.Pass) line = line with { Verdict = HealthVerdict.Warn };
        return line with { Detail = string.Create(CultureInfo.InvariantCulture, $"{line.Detail}, {lost} lost") };
    }

    private static HealthLine Connections(KernelDatapath datapath) => HealthLine.OfShare(
        "connection tracking", datapath.Connections.Count, datapath.Connections.MaxConnections, "connections");

    private static HealthLine Room(OffloadRoomCounters room) => new(
        "room for flows", room.Waiting == 0 ? HealthVerdict.Pass : HealthVerdict.Warn,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{room.Waiting} flows wait, {room.Offered} offered again, {room.Taken} of them taken, {room.Swapped} swapped"));
}
