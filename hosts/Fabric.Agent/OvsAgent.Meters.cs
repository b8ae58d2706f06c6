using Fabric.Agent.Configuration;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>What the datapath keeps for the agent beside flows: meters, and the time-outs of conntrack zones.</summary>
public sealed partial class OvsAgent
{
    public ZonePolicies ZonePolicies { get; } = new();

    /// <summary>As the database says; flows that track in a changed zone are translated anew.</summary>
    public void SetZones(IReadOnlyList<ZoneConfiguration> zones)
    {
        if (ZonePolicies.Apply(zones)) _version++;
    }

    /// <summary>
    /// Tells the datapath what has changed of meters and zones. Done before every upcall and with <see cref="SendOwnPackets"/>; a shell
    /// that
    /// wants a change in force at once calls it itself.
    /// </summary>
    public void SendMeters(IDatapath datapath)
    {
        foreach (var (id, meter) in DatapathMeters.TakeChanges()) datapath.SetMeter(id, meter is null ? null : SettingsOf(meter));
        foreach (var policy in ZonePolicies.TakeChanges()) datapath.Track(policy);
    }

    /// <summary>The datapath has begun a new life; it is told everything again.</summary>
    public void TellDatapathAgain()
    {
        DatapathMeters.TakeChanges();
        foreach (var meter in Bridges.SelectMany(b => b.Meters.Meters)) DatapathMeters.Set(meter);
        ZonePolicies.TellAgain();
    }

    uint? ITranslationWorld.FindTimeoutPolicy(ushort zone) => ZonePolicies.Find(zone);

    private static MeterSettings SettingsOf(AgentMeter meter) => new(
        (meter.Flags & MeterFlags.PacketsPerSecond) != 0, [.. meter.Bands.Select(b => new DropBand(b.Rate, b.BurstSize))]);
}
