namespace Fabric.Flow;

/// <summary>What <c>userspace(…,flow_sample(…))</c> carries.</summary>
public sealed record FlowSampleCookie(
    ushort Probability, uint CollectorSetId, uint ObservationDomainId, uint ObservationPointId, OdpPort OutputPort,
    SampleDirection Direction = SampleDirection.Default);
