namespace Fabric.Datapath;

/// <summary>The counters of <c>ovs-dpctl show</c>: lookups by outcome, flows, masks and hash tables tried.</summary>
/// <param name="Hit">Lookups that found a flow.</param>
/// <param name="Missed">Lookups that became an upcall.</param>
/// <param name="Lost">Upcalls that did not fit the queue.</param>
/// <param name="MaskHits">Hash tables tried by all lookups.</param>
public readonly record struct DatapathStatistics(long Hit, long Missed, long Lost, int FlowCount, int MaskCount, long MaskHits);
