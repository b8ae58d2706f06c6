using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The meters of a bridge (OVS: the meter part of <c>ofproto.c</c>). Deleting one deletes the rules that use it. Meters take no part in
/// bundles.
/// </summary>
public sealed class MeterTable
{
    private readonly SortedDictionary<uint, AgentMeter> _meters = [];
    private readonly OpenFlowTables _tables;
    private readonly DatapathMeters _datapath;

    internal MeterTable(OpenFlowTables tables, DatapathMeters datapath) => (_tables, _datapath) = (tables, datapath);

    public int Count => _meters.Count;

    /// <summary>In order of their ids.</summary>
    public IReadOnlyCollection<AgentMeter> Meters => _meters.Values;

    public AgentMeter? Find(uint id) => _meters.GetValueOrDefault(id);

    /// <summary>Does what the request asks, or nothing and says why.</summary>
    public bool TryApply(MeterMod mod, long nowMs, out OpenFlowError error)
    {
        // The datapath takes a burst of 0 for one second's worth, and OVS shows it so.
        mod = mod with { Bands = [.. mod.Bands.Select(b => b.BurstSize == 0 ? b with { BurstSize = b.Rate } : b)] };
        error = mod.Command == MeterCommand.Delete ? OpenFlowError.None : Check(mod);
        if (error != OpenFlowError.None) return false;
        switch (mod.Command)
        {
            case MeterCommand.Add:
                error = Add(mod, nowMs);
                break;
            case MeterCommand.Modify:
                error = Modify(mod);
                break;
            case MeterCommand.Delete when mod.MeterId == MeterMod.AllMeters:
                foreach (var meter in _meters.Values.ToArray()) Delete(meter);
                break;
            case MeterCommand.Delete:
                Delete(Find(mod.MeterId));
                break;
            default:
                error = OpenFlowError.MmfcBadCommand;
                break;
        }

        return error == OpenFlowError.None;
    }

    internal void Clear()
    {
        foreach (var meter in _meters.Values.ToArray()) Delete(meter);
    }

    private static OpenFlowError Check(MeterMod mod)
    {
        if (mod.MeterId is 0 or (> MeterMod.MaxMeter and not (MeterMod.SlowPath or MeterMod.Controller)))
            return OpenFlowError.MmfcInvalidMeter;
        return mod.Bands.Count > DatapathMeters.MaxBands ? OpenFlowError.MmfcOutOfBands : OpenFlowError.None;
    }

    private OpenFlowError Add(MeterMod mod, long nowMs)
    {
        if (_meters.ContainsKey(mod.MeterId)) return OpenFlowError.MmfcMeterExists;
        var error = DatapathMeters.Check(mod);
        if (error != OpenFlowError.None) return error;
        if (!_datapath.TryTake(out var id)) return OpenFlowError.MmfcOutOfMeters;
        var meter = new AgentMeter(mod, id, nowMs);
        _meters.Add(meter.Id, meter);
        _datapath.Set(meter);
        return OpenFlowError.None;
    }

    private OpenFlowError Modify(MeterMod mod)
    {
        if (Find(mod.MeterId) is not { } meter) return OpenFlowError.MmfcUnknownMeter;
        var error = DatapathMeters.Check(mod);
        if (error != OpenFlowError.None) return error;
        (meter.Flags, meter.Bands) = (mod.Flags, mod.Bands);
        _datapath.Set(meter);
        return OpenFlowError.None;
    }

    private void Delete(AgentMeter? meter)
    {
        if (meter is null) return;
        _tables.RemoveRules([.. meter.Rules], RuleRemovedReason.MeterDelete, null);
        _meters.Remove(meter.Id);
        _datapath.Return(meter);
    }
}
