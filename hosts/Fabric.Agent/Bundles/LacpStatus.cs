namespace Fabric.Agent;

/// <summary>What came of LACP on a bond (OVS: <c>enum lacp_status</c>).</summary>
public enum LacpStatus
{
    Disabled,

    /// <summary>Configured, but no partner has answered.</summary>
    Configured,
    Negotiated,
}
