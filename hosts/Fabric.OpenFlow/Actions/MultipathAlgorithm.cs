namespace Fabric.OpenFlow;

/// <summary>How a hash becomes a link number (OVS: <c>enum nx_mp_algorithm</c>).</summary>
public enum MultipathAlgorithm
{
    ModuloN,
    HashThreshold,
    HighestRandomWeight,
    IterativeHash,
}
