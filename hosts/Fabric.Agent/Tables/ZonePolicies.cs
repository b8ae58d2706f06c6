using Fabric.Agent.Configuration;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// Which zones have time-outs of their own (OVS: <c>ct_zone_timeout_policy_set</c>). Zones with the same values share a number of the
/// datapath's; numbers begin with 1, because 0 is the datapath's default.
/// </summary>
public sealed class ZonePolicies
{
    private readonly Dictionary<CtTimeouts, uint> _numbers = [];
    private readonly Dictionary<ushort, uint> _zones = [];
    private readonly List<SetCtTimeouts> _changes = [];

    /// <summary>The datapath's number for a zone; null where the default holds.</summary>
    public uint? Find(ushort zone) => _zones.TryGetValue(zone, out var number) ? number : null;

    /// <summary>What the datapath has yet to be told; taking it empties the list.</summary>
    public IReadOnlyList<SetCtTimeouts> TakeChanges()
    {
        if (_changes.Count == 0) return [];
        SetCtTimeouts[] taken = [.. _changes];
        _changes.Clear();
        return taken;
    }

    /// <summary>False when nothing is different.</summary>
    internal bool Apply(IReadOnlyList<ZoneConfiguration> zones)
    {
        var wanted = zones.Where(z => z.Timeouts.Count > 0).DistinctBy(z => z.Zone).ToDictionary(z => z.Zone, ValuesOf);
        if (wanted.Count == _zones.Count
            && wanted.All(w => _zones.TryGetValue(w.Key, out var number) && _numbers.GetValueOrDefault(w.Value) == number)) return false;
        _zones.Clear();
        foreach (var unused in _numbers.Keys.Except(wanted.Values).ToArray())
        {
            _numbers.Remove(unused, out var number);
            _changes.Add(new SetCtTimeouts(number, null));
        }

        foreach (var (zone, timeouts) in wanted)
        {
            if (!_numbers.TryGetValue(timeouts, out var number))
            {
                number = 1;
                while (_numbers.ContainsValue(number)) number++;
                _numbers.Add(timeouts, number);
                _changes.Add(new SetCtTimeouts(number, timeouts));
            }

            _zones.Add(zone, number);
        }

        return true;
    }

    /// <summary>A new datapath knows nothing of what its predecessor was told.</summary>
    internal void TellAgain()
    {
        _changes.Clear();
        _changes.AddRange(_numbers.Select(n => new SetCtTimeouts(n.Value, n.Key)));
    }

    private static CtTimeouts ValuesOf(ZoneConfiguration zone) =>
        zone.Timeouts.Aggregate(CtTimeouts.Default, (timeouts, value) => timeouts.With(value.Key, value.Value));
}
