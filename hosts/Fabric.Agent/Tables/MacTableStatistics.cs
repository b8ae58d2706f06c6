namespace Fabric.Agent;

/// <summary>As <c>fdb/stats-show</c> counts.</summary>
/// <param name="Learned">Entries ever made.</param>
/// <param name="Evicted">Entries that made room for others.</param>
/// <param name="Moved">Times that an address was seen at another port.</param>
/// <param name="StaticElsewhere">Packets from an address put by hand, at another port than it was put to.</param>
public readonly record struct MacTableStatistics(long Learned, long Expired, long Evicted, long Moved, long StaticElsewhere = 0);
