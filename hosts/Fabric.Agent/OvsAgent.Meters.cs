using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Meters: the bridges' become the datapath's.</summary>
public sealed partial class OvsAgent
{
    /// <summary>
    /// Tells the datapath what has changed of meters. Done before every upcall and with <see cref="SendOwnPackets"/>; a shell that wants a
    /// change in force at once calls it itself.
    /// </summary>
    public void SendMeters(IDatapath datapath)
    {
        foreach (var (id, meter) in DatapathMeters.TakeChanges()) datapath.SetMeter(id, meter is null ? null : SettingsOf(meter));
    }

    private static MeterSettings SettingsOf(AgentMeter meter) => new(
        (meter.Flags & MeterFlags.PacketsPerSecond) != 0, [.. meter.Bands.Select(b => new DropBand(b.Rate, b.BurstSize))]);
}
