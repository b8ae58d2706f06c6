using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The datapath's meters, shared by all bridges: which ids are taken, and the changes that the shell has to carry to the datapath, in
/// order.
/// </summary>
public sealed class DatapathMeters
{
    /// <summary>OVS: <c>MAX_METERS</c> and <c>MAX_BANDS</c> of the user-space datapath.</summary>
    public const uint MaxMeters = 1 << 18;

    /// <inheritdoc cref="MaxMeters"/>
    public const int MaxBands = 8;

    private readonly SortedSet<uint> _returned = [];
    private readonly List<(uint Id, AgentMeter? Meter)> _changes = [];
    private uint _next;

    /// <summary>Meters to set, or to delete where there is none; taking them empties the list.</summary>
    public IReadOnlyList<(uint Id, AgentMeter? Meter)> TakeChanges()
    {
        if (_changes.Count == 0) return [];
        (uint Id, AgentMeter? Meter)[] taken = [.. _changes];
        _changes.Clear();
        return taken;
    }

    internal bool TryTake(out uint id)
    {
        id = _returned.Count > 0 ? _returned.Min : _next;
        if (_returned.Remove(id)) return true;
        if (_next >= MaxMeters) return false;
        _next++;
        return true;
    }

    internal void Set(AgentMeter meter) => _changes.Add((meter.DatapathId, meter));

    internal void Return(AgentMeter meter)
    {
        _returned.Add(meter.DatapathId);
        _changes.Add((meter.DatapathId, null));
    }

    /// <summary>What a datapath without support for remarking says to a configuration (OVS: <c>dpif_netdev_meter_set</c>).</summary>
    internal static OpenFlowError Check(MeterMod mod)
    {
        const MeterFlags Supported = MeterFlags.KilobitsPerSecond | MeterFlags.PacketsPerSecond | MeterFlags.Burst | MeterFlags.Statistics;
        const MeterFlags Units = MeterFlags.KilobitsPerSecond | MeterFlags.PacketsPerSecond;
        if ((mod.Flags & Units) == 0) return OpenFlowError.MmfcBadFlags;
        if (mod.Bands.Count == 0) return OpenFlowError.MmfcOutOfBands;
        if (mod.Bands.Any(b => b.Rate == 0)) return OpenFlowError.MmfcBadRate;
        if ((mod.Flags & ~Supported) != 0) return OpenFlowError.MmfcBadFlags;
        return mod.Bands.Any(b => b.IsRemark) ? OpenFlowError.MmfcBadBand : OpenFlowError.None;
    }
}
