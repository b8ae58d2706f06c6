namespace Fabric.Agent;

/// <summary>As <c>fdb/stats-show</c> counts.</summary>
/// <param name="Learned">Entries ever made.</param>
/// <param name="Evicted">Entries that made room for others.</param>
/// <param name="Moved">Times that an address was seen at another port.</param>
public readonly record struct MacTableStatistics(long Learned, long Expired, long Evicted, long Moved);
