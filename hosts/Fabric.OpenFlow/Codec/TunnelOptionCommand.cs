namespace Fabric.OpenFlow;

/// <summary>What a change of the option table does (OVS: <c>enum nx_tlv_table_mod_command</c>).</summary>
public enum TunnelOptionCommand
{
    Add = 0,
    Delete = 1,
    Clear = 2,
}
