namespace Fabric.Flow;

/// <summary>OVS <c>NX_ACTION_SAMPLE_*</c>.</summary>
public enum SampleDirection : byte
{
    Default, Ingress, Egress,
}
