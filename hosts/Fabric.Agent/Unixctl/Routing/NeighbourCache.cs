using System.Text;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Who has an address of the underlay, as the agent knows (OVS: <c>lib/tnl-neigh-cache.c</c>). Entries age.</summary>
public sealed class NeighbourCache
{
    public const int DefaultAgeingSeconds = 900;
    public const int MaxAgeingSeconds = 3600;

    private readonly Dictionary<(string Bridge, IpAddress Address), (MacAddress Mac, long ExpiresMs)> _entries = [];
    private readonly List<(string Bridge, IpAddress Address)> _order = [];

    /// <summary>Of entries made from now on.</summary>
    public long AgeingMs { get; set; } = DefaultAgeingSeconds * 1000L;

    public void Set(string bridge, IpAddress address, MacAddress mac, long nowMs)
    {
        if (!_entries.ContainsKey((bridge, address))) _order.Add((bridge, address));
        _entries[(bridge, address)] = (mac, nowMs + AgeingMs);
    }

    public MacAddress? Find(string bridge, IpAddress address, long nowMs) =>
        _entries.TryGetValue((bridge, address), out var entry) && entry.ExpiresMs > nowMs ? entry.Mac : null;

    public void Clear()
    {
        _entries.Clear();
        _order.Clear();
    }

    /// <summary>Forgets who is behind a bridge or port that is gone.</summary>
    public void Remove(string bridge) => _order.RemoveAll(key => key.Bridge == bridge && _entries.Remove(key));

    public void Expire(long nowMs) => _order.RemoveAll(key => _entries[key].ExpiresMs <= nowMs && _entries.Remove(key));

    /// <summary>As <c>tnl/neigh/show</c>.</summary>
    public string Format(long nowMs)
    {
        Expire(nowMs);
        var text = new StringBuilder("IP                                            MAC                 Bridge\n");
        text.Append('=', 74).Append('\n');
        foreach (var (bridge, address) in _order)
            text.Append($"{address,-46}{_entries[(bridge, address)].Mac,-20}{bridge}\n");
        return text.ToString();
    }
}
