namespace Fabric.Agent;

/// <summary>How a datapath stands with the hardware that it offloads to.</summary>
/// <param name="Enqueued">Offers the hardware has not answered yet.</param>
/// <param name="Inserted">Flows the hardware has.</param>
/// <param name="AverageLatencyUs">From an offer to its answer, over all offers; 0 when it is not measured.</param>
/// <param name="Providers">Names in the order they are asked, with the ports they serve, for <c>dpif/offload/show</c>.</param>
public sealed record OffloadView(
    long Enqueued, long Inserted, long AverageLatencyUs, IReadOnlyList<(string Name, IReadOnlyList<string> Ports)> Providers);
