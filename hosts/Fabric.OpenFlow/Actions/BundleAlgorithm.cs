namespace Fabric.OpenFlow;

/// <summary>Which live member is taken (OVS: <c>enum nx_bd_algorithm</c>).</summary>
public enum BundleAlgorithm
{
    ActiveBackup,
    HighestRandomWeight,
}
