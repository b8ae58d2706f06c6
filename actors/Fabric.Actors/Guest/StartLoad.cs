using Fabric.Guest;

namespace Fabric.Actors;

/// <summary>To a VM on this node: send as much as the way takes, until <see cref="StopLoad"/>. For benchmarks; nothing answers.</summary>
/// <param name="Received">How many the other end has. Whoever knows of news tells <see cref="LoadCredit"/>.</param>
/// <param name="Window">Most datagrams sent and not yet received.</param>
public sealed record StartLoad(TrafficOptions Options, Func<long> Received, int Window);
