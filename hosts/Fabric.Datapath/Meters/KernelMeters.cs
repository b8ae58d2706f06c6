using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// The meters of a datapath (OVS: <c>dp_netdev_run_meter</c> in <c>lib/dpif-netdev.c</c>). Each band is a token bucket of its own in
/// thousandths of a packet, or in bits; a frame that finds several bands empty is charged to the one with the highest rate, and dropped.
/// <list type="number">
/// <item>M1: a band passes at most its burst and then its rate, whatever the order of frames.</item>
/// <item>M2: every frame counts for the meter; each dropped one for exactly one band.</item>
/// <item>M3: a meter that is not there passes everything.</item>
/// </list>
/// <para>Not modelled: DSCP remarking, which OVS's datapath refuses too.</para>
/// </summary>
public sealed class KernelMeters
{
    private readonly Dictionary<uint, Meter> _meters = [];

    public int Count => _meters.Count;

    public IEnumerable<uint> Ids => _meters.Keys;

    /// <summary>
    /// Makes a meter, or makes it anew, with full buckets and no history; false for an identifier or number of bands out of range.
    /// </summary>
    public bool TrySet(uint id, MeterSettings settings, long nowMs)
    {
        if (id >= MeterSettings.MaxMeters || settings.Bands.Count > MeterSettings.MaxBands) return false;
        _meters[id] = new Meter(settings, nowMs);
        return true;
    }

    public bool TryGet(uint id, [NotNullWhen(true)] out MeterCounts? statistics)
    {
        statistics = _meters.TryGetValue(id, out var meter) ? meter.Statistics : null;
        return statistics is not null;
    }

    public bool Delete(uint id) => _meters.Remove(id);

    /// <summary>False: drop the frame.</summary>
    /// <param name="size">Bytes of the frame.</param>
    public bool Admits(uint id, int size, long nowMs) => !_meters.TryGetValue(id, out var meter) || meter.Admits((uint)size, nowMs);

    private sealed class Meter
    {
        private readonly bool _isPacketRate;
        private readonly Band[] _bands;
        private readonly uint _maxPassedMs;
        private long _usedMs;
        private long _packets;
        private long _bytes;

        public Meter(MeterSettings settings, long nowMs)
        {
            _isPacketRate = settings.IsPacketRate;
            _usedMs = nowMs;
            _bands = new Band[settings.Bands.Count];
            for (var i = 0; i < _bands.Length; i++)
            {
                var (rate, burst) = settings.Bands[i];
                if (burst == 0) burst = rate;
                _bands[i] = new Band { Rate = rate, Burst = burst, Bucket = burst * 1000UL };
                // The longest pause that can still matter: it fills the slowest bucket.
                if (rate > 0) _maxPassedMs = Math.Max(_maxPassedMs, (uint)(burst * 1000UL / rate));
            }
        }

        public MeterCounts Statistics => new(_packets, _bytes, [.. _bands.Select(b => (b.Packets, b.Bytes))]);

        public bool Admits(uint size, long nowMs)
        {
            var passedMs = (uint)Math.Min(Math.Max(0, nowMs - _usedMs), _maxPassedMs);
            _usedMs = nowMs;
            _packets++;
            _bytes += size;
            var volume = _isPacketRate ? 1000 : size * 8;
            var exceeded = -1;
            var exceededRate = 0u;
            for (var i = 0; i < _bands.Length; i++)
            {
                ref var band = ref _bands[i];
                band.Bucket = Math.Min(band.Bucket + (ulong)passedMs * band.Rate, band.Burst * 1000UL);
                if (band.Bucket >= volume)
                {
                    band.Bucket -= volume;
                }
                else if (band.Rate > exceededRate)
                {
                    exceededRate = band.Rate;
                    exceeded = i;
                }
            }

            if (exceeded < 0) return true;
            _bands[exceeded].Packets++;
            _bands[exceeded].Bytes += size;
            return false;
        }
    }

    private struct Band
    {
        public uint Rate;
        public uint Burst;
        public ulong Bucket;
        public long Packets;
        public long Bytes;
    }
}
