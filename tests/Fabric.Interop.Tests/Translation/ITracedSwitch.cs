namespace Fabric.Interop.Tests.Translation;

/// <summary>A switch that takes rule sets and traces packets: Debian's or ours, with the ports of <see cref="TraceWorld"/>.</summary>
internal interface ITracedSwitch : IAsyncDisposable
{
    /// <summary>In place of what was there. What is refused fails the test.</summary>
    Task LoadAsync(RuleSet rules);

    /// <summary>In the order of the packets; an error's text where one is refused.</summary>
    Task<List<TraceAnswer>> TraceAsync(IReadOnlyList<TracedPacket> packets);
}
