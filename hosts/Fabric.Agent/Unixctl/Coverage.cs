using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>
/// Counts of events with their rates over the last five seconds, minute and hour (OVS: <c>lib/coverage.c</c>). It reads counters that
/// others keep, so counting costs nothing here; the rates are as good as the calls of <see cref="Tick"/> are regular.
/// </summary>
public sealed class Coverage
{
    public const int IntervalMs = 5000;
    private const int SlotsPerMinute = 60_000 / IntervalMs;
    private const int Minutes = 60;

    private readonly SortedDictionary<string, Counter> _counters = new(StringComparer.Ordinal);
    private long _nextMs = long.MinValue;
    private int _slot;

    public void Watch(string name, Func<long> read) => _counters.Add(name, new Counter(read));

    /// <summary>The events of OVS that this switch has.</summary>
    internal void WatchSwitch(SwitchContext context, UnixctlRegistry registry)
    {
        var agent = context.Agent;
        long Macs(Func<MacTableStatistics, long> read) => agent.Bridges.Sum(b => read(b.Macs.Statistics));
        Watch("unixctl_received", () => registry.Count);
        Watch("unixctl_replied", () => registry.Count - 1);
        Watch("upcall_flow_limit_hit", () => agent.FlowLimitHitCount);
        Watch("mac_learning_learned", () => Macs(s => s.Learned));
        Watch("mac_learning_expired", () => Macs(s => s.Expired));
        Watch("mac_learning_evicted", () => Macs(s => s.Evicted));
        Watch("mac_learning_moved", () => Macs(s => s.Moved));
        Watch("mac_learning_static_none_move", () => Macs(s => s.StaticElsewhere));
        Watch("revalidate_missed_dp_flow", () => agent.Revalidator.Deleted.GetValueOrDefault(FlowDeleteReason.MissingInDatapath));
        if (context.Datapath is not CountingDatapath datapath) return;
        Watch("dpif_flow_put", () => datapath.PutCount);
        Watch("dpif_flow_del", () => datapath.DeleteCount);
        Watch("dpif_execute", () => datapath.ExecuteCount);
    }

    public void Tick(long nowMs)
    {
        if (_nextMs == long.MinValue) _nextMs = nowMs + IntervalMs;
        if (nowMs < _nextMs) return;
        var slots = (int)Math.Min((nowMs - _nextMs) / IntervalMs + 1, SlotsPerMinute * Minutes);
        foreach (var counter in _counters.Values) counter.Advance(_slot, slots);
        _slot = (_slot + slots) % (SlotsPerMinute * Minutes);
        _nextMs = nowMs + IntervalMs;
    }

    /// <summary>Null when there is no such counter.</summary>
    public long? Read(string name) => _counters.TryGetValue(name, out var counter) ? counter.Total : null;

    public string Format()
    {
        var hit = _counters.Where(c => c.Value.Total != 0).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"Event coverage, avg rate over last: {IntervalMs / 1000} seconds, last minute, last hour,  hash={Hash(hit):x8}:\n");
        var last = (_slot + SlotsPerMinute - 1) % SlotsPerMinute;
        foreach (var (name, counter) in hit)
        {
            text.Append(name.PadRight(24)).Append(string.Create(CultureInfo.InvariantCulture,
                $" {counter.PerSlot[last] * 1000.0 / IntervalMs,5:F1}/sec {counter.PerSlot.Sum() / 60.0,9:F3}/sec ")).Append(
                string.Create(CultureInfo.InvariantCulture, $"{counter.PerMinute.Sum() / 3600.0,13:F4}/sec   total: {counter.Total}\n"));
        }

        return text.Append(CultureInfo.InvariantCulture, $"{_counters.Count - hit.Count} events never hit\n").ToString();
    }

    /// <summary>The same for two programs of which the same events were hit, in the same order of frequency.</summary>
    private static uint Hash(IEnumerable<KeyValuePair<string, Counter>> hit)
    {
        var hash = 2166136261;
        foreach (var (name, _) in hit.OrderByDescending(c => c.Value.Total).ThenBy(c => c.Key, StringComparer.Ordinal))
            foreach (var c in name) hash = (hash ^ c) * 16777619;
        return hash;
    }

    private sealed class Counter(Func<long> read)
    {
        private long _seen;

        public long[] PerSlot { get; } = new long[SlotsPerMinute];

        public long[] PerMinute { get; } = new long[Minutes];

        public long Total => read();

        /// <summary>What was counted since last time is spread evenly over the slots that passed.</summary>
        public void Advance(int first, int slots)
        {
            var total = Total;
            var (count, portion) = (total - _seen, (total - _seen) / slots);
            _seen = total;
            for (var i = 0; i < slots; i++)
            {
                var slot = (first + i) % (SlotsPerMinute * Minutes);
                var (second, minute) = (slot % SlotsPerMinute, slot / SlotsPerMinute);
                PerSlot[second] = portion + (i == slots - 1 ? count % slots : 0);
                PerMinute[minute] = second == 0 ? PerSlot[second] : PerMinute[minute] + PerSlot[second];
            }
        }
    }
}
