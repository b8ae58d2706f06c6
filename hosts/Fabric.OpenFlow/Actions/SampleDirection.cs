namespace Fabric.OpenFlow;

/// <summary>Where a sample is taken (OVS: <c>enum nx_action_sample_direction</c>).</summary>
public enum SampleDirection
{
    Default,
    Ingress,
    Egress,
}
